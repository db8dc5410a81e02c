-- R24: v viewers and b buyers who viewed, V and B their sums over the n items with a viewer. Equal is low. An item that was bought but
-- never viewed stands in no quadrant.
WITH v AS (SELECT DISTINCT item, viewer AS buyer, TRUE AS saw FROM my_views WHERE in_window(ms)),
o AS (SELECT item, buyer, TRUE AS took, count(*) AS orders, sum(fen) FILTER (sold_ms IS NOT NULL AND owed_ms IS NULL) AS net_fen
    FROM orders WHERE in_window(ms) GROUP BY ALL),
i AS (SELECT item, count(saw) AS viewers, count(*) FILTER (saw AND took) AS viewed_buyers, count(*) FILTER (saw IS NULL) AS unseen_buyers,
        CAST(coalesce(sum(orders), 0) AS BIGINT) AS orders, coalesce(sum(net_fen), 0) AS net_fen
    FROM v FULL JOIN o USING (item, buyer) GROUP BY item),
s AS (SELECT *, count(*) FILTER (viewers > 0) OVER () AS n, sum(viewers) OVER () AS all_viewers, sum(viewed_buyers) OVER () AS all_buyers FROM i),
q AS (SELECT *, viewers * n > all_viewers AS busy, viewed_buyers * all_viewers > all_buyers * viewers AS selling FROM s)
SELECT item, viewers, viewed_buyers, unseen_buyers, orders, net_fen, viewed_buyers AS conversion_n, viewers AS conversion_of,
    CASE WHEN viewers = 0 THEN 'notViewed' WHEN busy AND selling THEN 'highHigh' WHEN selling THEN 'lowHigh' WHEN busy THEN 'highLow'
        ELSE 'lowLow' END AS quadrant,
    CASE WHEN viewers = 0 THEN 'show' WHEN busy AND selling THEN 'stockUp' WHEN selling THEN 'advertise' WHEN busy THEN 'promote'
        ELSE 'showThenTakeDown' END AS advice,
    n AS viewed_items, all_viewers, all_buyers
FROM q ORDER BY viewers DESC, item
