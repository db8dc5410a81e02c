-- The last row is counted apart from the others, and they sum to it.
WITH v AS (SELECT source, count(*) AS views, count(DISTINCT viewer) AS viewers FROM my_views WHERE in_window(ms) GROUP BY GROUPING SETS ((source), ())),
o AS (SELECT source, count(*) FILTER (how = 1) AS opens, count(*) FILTER (how = 2) AS joins, count(*) FILTER (how = 3) AS solo_orders,
        count(*) FILTER (how <> 3 AND sold_ms IS NOT NULL) AS formed_orders, sum(fen) FILTER (how <> 3 AND sold_ms IS NOT NULL) AS formed_fen,
        sum(fen) FILTER (how = 3) AS solo_fen, count(*) FILTER (sold_ms IS NOT NULL AND owed_ms IS NULL) AS net_orders,
        sum(fen) FILTER (sold_ms IS NOT NULL AND owed_ms IS NULL) AS net_fen
    FROM orders WHERE in_window(ms) GROUP BY GROUPING SETS ((source), ())),
n AS (SELECT source, count(*) AS new_buyers FROM effective WHERE nth = 1 AND in_window(ms) GROUP BY GROUPING SETS ((source), ()))
SELECT names[coalesce(c.source, 8) + 1] AS channel, coalesce(views, 0) AS views, coalesce(viewers, 0) AS viewers, coalesce(opens, 0) AS opens,
    coalesce(joins, 0) AS joins, coalesce(solo_orders, 0) AS solo_orders, coalesce(new_buyers, 0) AS new_buyers,
    coalesce(formed_orders, 0) AS formed_orders, coalesce(formed_fen, 0) AS formed_fen, coalesce(solo_fen, 0) AS solo_fen,
    coalesce(net_orders, 0) AS net_orders, coalesce(net_fen, 0) AS net_fen
FROM (SELECT unnest([0, 1, 2, 3, 4, 5, 6, 7, NULL]) AS source,
        ['unknown', 'detailPage', 'chatGroup', 'liveRoom', 'shortVideo', 'shareLink', 'venue', 'other', 'total'] AS names) c
    LEFT JOIN v ON v.source IS NOT DISTINCT FROM c.source
    LEFT JOIN o ON o.source IS NOT DISTINCT FROM c.source
    LEFT JOIN n ON n.source IS NOT DISTINCT FROM c.source
ORDER BY c.source NULLS LAST
