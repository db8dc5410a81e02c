-- Buyers by the month of their first effective order, and how many of them ordered so many months later.
WITH f AS (SELECT *, date_trunc('month', min(day) OVER (PARTITION BY buyer)) AS cohort FROM effective),
n AS (SELECT cohort, count(DISTINCT buyer) AS size FROM f GROUP BY ALL)
SELECT strftime(cohort, '%Y-%m') AS cohort, date_diff('month', cohort, day) AS months_later, count(DISTINCT buyer) AS retained_n,
    any_value(size) AS retained_of, count(*) AS orders, sum(fen) AS net_fen
FROM f JOIN n USING (cohort)
WHERE cohort >= date_trunc('month', getvariable('from_day')) AND cohort < getvariable('to_day') AND day < getvariable('to_day')
GROUP BY ALL ORDER BY ALL
