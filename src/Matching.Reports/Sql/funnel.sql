-- A seat belongs to its own day, whenever its team ends (R22): waiting are those whose team is open.
WITH v AS (SELECT key_of(ms, item, campaign, merchant) AS key, count(*) AS views, count(DISTINCT viewer) AS viewers
    FROM my_views WHERE in_window(ms) GROUP BY ALL),
o AS (SELECT key_of(ms, item, campaign, merchant) AS key, count(DISTINCT buyer) FILTER (how <> 3) AS seated,
        count(DISTINCT buyer) FILTER (how <> 3 AND sold_ms IS NOT NULL) AS formed, count(DISTINCT buyer) FILTER (how = 3) AS bought,
        count(DISTINCT buyer) AS buyers, count(*) FILTER (how = 1) AS opens, count(*) FILTER (how = 2) AS joins,
        count(*) FILTER (how <> 3 AND ended IS NULL AND owed_ms IS NULL) AS waiting
    FROM orders WHERE in_window(ms) GROUP BY ALL),
j AS (SELECT key_of(ms, item, campaign, merchant) AS key, count(*) AS shared, count(*) FILTER (is_new) AS is_new,
        count(*) FILTER (claimed) AS claimed, count(DISTINCT nullif(sharer, 0)) AS sharers
    FROM shared_joins WHERE in_window(ms) GROUP BY ALL),
t AS (SELECT key_of(opened_ms, item, campaign, merchant) AS key, quantile_disc(ended_ms - opened_ms, 0.5) AS form_p50_ms,
        quantile_disc(ended_ms - opened_ms, 0.95) AS form_p95_ms
    FROM teams WHERE ended = 3 AND in_window(opened_ms) AND mine(merchant) GROUP BY ALL)
SELECT key, coalesce(views, 0) AS views, coalesce(viewers, 0) AS viewers, coalesce(seated, 0) AS seated, coalesce(formed, 0) AS formed,
    coalesce(bought, 0) AS bought, coalesce(buyers, 0) AS conversion_n, coalesce(viewers, 0) AS conversion_of, coalesce(opens, 0) AS opens,
    coalesce(joins, 0) AS joins, coalesce(waiting, 0) AS waiting, coalesce(is_new, 0) AS share_new_n, coalesce(shared, 0) AS share_new_of,
    coalesce(claimed, 0) AS share_claimed_n, coalesce(shared, 0) AS share_claimed_of, coalesce(sharers, 0) AS sharers,
    coalesce(shared, 0) AS k_n, coalesce(opens, 0) + coalesce(joins, 0) AS k_of, form_p50_ms, form_p95_ms
FROM v FULL JOIN o USING (key) FULL JOIN j USING (key) FULL JOIN t USING (key)
ORDER BY try_cast(key AS BIGINT), key
