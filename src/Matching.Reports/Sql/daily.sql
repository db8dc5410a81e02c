WITH grid AS (
    SELECT DISTINCT period_of(CAST(d AS DATE)) AS period
    FROM range(getvariable('from_day'), getvariable('to_day'), INTERVAL 1 DAY) t(d)),
v AS (SELECT period_of(day_of(ms)) AS period, count(*) AS views, count(DISTINCT viewer) AS viewers
    FROM my_views WHERE in_window(ms) GROUP BY ALL),
o AS (SELECT period_of(day) AS period, count(*) FILTER (how = 1) AS opens, count(*) FILTER (how = 2) AS joins, count(*) AS paid,
        sum(fen) AS paid_fen, count(DISTINCT buyer) AS buyers, count(*) FILTER (how = 3) AS solo_orders, sum(fen) FILTER (how = 3) AS solo_fen
    FROM orders WHERE in_window(ms) GROUP BY ALL),
h AS (SELECT period_of(day_of(ms)) AS period, count(*) AS holds FROM made WHERE how = 0 AND in_window(ms) AND mine(merchant) GROUP BY ALL),
x AS (SELECT period_of(day_of(e.ms)) AS period, count(*) AS holds_ended
    FROM happened e JOIN made m ON m.how = 0 AND m.item = e.item AND m.ord = e.ord
    WHERE e.what IN (8, 9) AND in_window(e.ms) AND mine(m.merchant) GROUP BY ALL),
t AS (SELECT period_of(day_of(opened_ms)) AS period, count(*) AS teams_opened
    FROM teams WHERE in_window(opened_ms) AND mine(merchant) GROUP BY ALL),
u AS (SELECT period_of(day_of(ended_ms)) AS period, count(*) FILTER (ended = 3) AS teams_formed, count(*) FILTER (ended = 4) AS teams_expired,
        count(*) FILTER (ended = 6) AS teams_merged, count(*) FILTER (ended = 5) AS teams_dissolved,
        quantile_disc(ended_ms - opened_ms, 0.5) FILTER (ended = 3) AS form_p50_ms,
        quantile_disc(ended_ms - opened_ms, 0.95) FILTER (ended = 3) AS form_p95_ms
    FROM teams WHERE in_window(ended_ms) AND mine(merchant) GROUP BY ALL),
f AS (SELECT period_of(day_of(sold_ms)) AS period, count(*) AS sold, count(*) FILTER (how <> 3) AS formed_orders,
        sum(fen) FILTER (how <> 3) AS formed_fen
    FROM orders WHERE in_window(sold_ms) GROUP BY ALL),
s AS (SELECT period_of(day_of(shipped_ms)) AS period, count(*) AS shipped, quantile_disc(shipped_ms - sold_ms, 0.5) AS ship_p50_ms,
        quantile_disc(shipped_ms - sold_ms, 0.95) AS ship_p95_ms
    FROM orders WHERE in_window(shipped_ms) GROUP BY ALL),
r AS (SELECT period_of(day_of(owed_ms)) AS period, count(*) FILTER (cause = 1) AS refunds_expired, count(*) FILTER (cause = 2) AS refunds_left,
        count(*) FILTER (cause = 3) AS refunds_after_sale, count(*) FILTER (cause > 3) AS refunds_of_payments, sum(fen) AS refunds_fen
    FROM refunds WHERE in_window(owed_ms) GROUP BY ALL),
d AS (SELECT period_of(day_of(done_ms)) AS period, quantile_disc(done_ms - owed_ms, 0.5) AS refund_p50_ms,
        quantile_disc(done_ms - owed_ms, 0.95) AS refund_p95_ms
    FROM refunds WHERE in_window(done_ms) GROUP BY ALL),
n AS (SELECT period_of(day) AS period, count(*) AS new_buyers FROM effective WHERE nth = 1 AND in_window(ms) GROUP BY ALL),
p AS (SELECT period_of(day) AS period, sum(fen) AS spend_fen FROM spend
    WHERE mine(merchant) AND day >= getvariable('from_day') AND day < getvariable('to_day') GROUP BY ALL)
SELECT CAST(period AS VARCHAR) AS period, coalesce(views, 0) AS views, coalesce(viewers, 0) AS viewers, coalesce(opens, 0) AS opens,
    coalesce(joins, 0) AS joins, coalesce(holds, 0) AS holds, coalesce(holds_ended, 0) AS holds_ended, coalesce(paid, 0) AS paid,
    coalesce(paid_fen, 0) AS paid_fen, coalesce(buyers, 0) AS conversion_n, coalesce(viewers, 0) AS conversion_of,
    coalesce(teams_opened, 0) AS teams_opened, coalesce(teams_formed, 0) AS teams_formed, coalesce(teams_expired, 0) AS teams_expired,
    coalesce(teams_merged, 0) AS teams_merged, coalesce(teams_dissolved, 0) AS teams_dissolved, coalesce(formed_orders, 0) AS formed_orders,
    coalesce(formed_fen, 0) AS formed_fen, coalesce(solo_orders, 0) AS solo_orders, coalesce(solo_fen, 0) AS solo_fen,
    coalesce(refunds_expired, 0) AS refunds_expired, coalesce(refunds_left, 0) AS refunds_left,
    coalesce(refunds_after_sale, 0) AS refunds_after_sale, coalesce(refunds_of_payments, 0) AS refunds_of_payments,
    coalesce(refunds_fen, 0) AS refunds_fen, coalesce(shipped, 0) AS shipped, coalesce(refunds_after_sale, 0) AS refund_rate_n,
    coalesce(sold, 0) AS refund_rate_of, coalesce(new_buyers, 0) AS new_buyers, form_p50_ms, form_p95_ms, ship_p50_ms, ship_p95_ms,
    refund_p50_ms, refund_p95_ms, coalesce(spend_fen, 0) AS spend_fen,
    10 * coalesce(spend_fen, 0) > coalesce(formed_fen, 0) + coalesce(solo_fen, 0) AS spend_over
FROM grid LEFT JOIN v USING (period) LEFT JOIN o USING (period) LEFT JOIN h USING (period) LEFT JOIN x USING (period)
    LEFT JOIN t USING (period) LEFT JOIN u USING (period) LEFT JOIN f USING (period) LEFT JOIN s USING (period)
    LEFT JOIN r USING (period) LEFT JOIN d USING (period) LEFT JOIN n USING (period) LEFT JOIN p USING (period)
ORDER BY period
