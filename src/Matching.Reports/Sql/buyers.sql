-- A buyer counts once a period: new before won back before returning. Lost: the day after the gap falls into the period (R24), also where
-- he comes back on that day.
WITH grid AS (
    SELECT DISTINCT period_of(CAST(d AS DATE)) AS period
    FROM range(getvariable('from_day'), getvariable('to_day'), INTERVAL 1 DAY) t(d)),
b AS (SELECT period_of(day) AS period, buyer, min(nth) = 1 AS is_new, max(coalesce(day - day_before, 0)) > getvariable('gap') AS is_back
    FROM effective WHERE in_window(ms) GROUP BY ALL),
k AS (SELECT period, count(*) AS buyers, count(*) FILTER (is_new) AS new, count(*) FILTER (NOT is_new AND NOT is_back) AS "returning",
        count(*) FILTER (NOT is_new AND is_back) AS won_back
    FROM b GROUP BY ALL),
l AS (SELECT period_of(day + CAST(getvariable('gap') + 1 AS INTEGER)) AS period, count(DISTINCT buyer) AS lost
    FROM effective
    WHERE (day_after IS NULL OR day_after - day > getvariable('gap'))
        AND day + CAST(getvariable('gap') + 1 AS INTEGER) >= getvariable('from_day')
        AND day + CAST(getvariable('gap') + 1 AS INTEGER) < least(getvariable('to_day'), getvariable('today'))
    GROUP BY ALL)
SELECT CAST(period AS VARCHAR) AS period, coalesce(buyers, 0) AS buyers, coalesce(new, 0) AS new, coalesce("returning", 0) AS "returning",
    coalesce(won_back, 0) AS won_back, coalesce(lost, 0) AS lost
FROM grid LEFT JOIN k USING (period) LEFT JOIN l USING (period)
ORDER BY period
