-- The radar: each rate as the pair it is, scored 1 to 5 among merchants that have one; least first for refunds and the time to ship.
WITH m AS (SELECT DISTINCT merchant FROM made WHERE merchant <> 0 UNION SELECT merchant FROM offers WHERE merchant <> 0),
v AS (SELECT merchant, count(DISTINCT viewer) AS viewers FROM my_views WHERE in_window(ms) GROUP BY ALL),
t AS (SELECT merchant, count(*) FILTER (ended = 3) AS formed, count(*) AS closed FROM teams WHERE ended IN (3, 4, 5) AND in_window(opened_ms) GROUP BY ALL),
e AS (SELECT merchant, count(DISTINCT buyer) FILTER (nth_here = 1) AS new_buyers, count(DISTINCT buyer) AS buyers, count(*) AS orders,
        coalesce(sum(fen) FILTER (nth_here > 1), 0) AS again_fen, sum(fen) AS net_fen
    FROM effective WHERE in_window(ms) GROUP BY ALL),
r AS (SELECT merchant, count(*) FILTER (in_window(granted_ms)) AS granted, count(*) FILTER (in_window(sold_ms)) AS sold,
        quantile_disc(shipped_ms - sold_ms, 0.5) FILTER (in_window(shipped_ms)) AS ship_ms
    FROM orders GROUP BY ALL),
p AS (SELECT merchant, sum(fen) AS spend_fen FROM spend WHERE day >= getvariable('from_day') AND day < getvariable('to_day') GROUP BY ALL),
a AS (SELECT m.merchant, coalesce(viewers, 0) AS viewers, nullif(closed, 0) AS closed, formed, nullif(buyers, 0) AS buyers, new_buyers, orders,
        nullif(net_fen, 0) AS net_fen, again_fen, nullif(sold, 0) AS sold, granted, ship_ms, coalesce(spend_fen, 0) AS spend_fen
    FROM m LEFT JOIN v USING (merchant) LEFT JOIN t USING (merchant) LEFT JOIN e USING (merchant) LEFT JOIN r USING (merchant)
        LEFT JOIN p USING (merchant))
SELECT merchant, formed AS formed_rate_n, closed AS formed_rate_of, CASE WHEN closed > 0 THEN score(
        (SELECT count(*) FROM a b WHERE CAST(b.formed AS HUGEINT) * a.closed < CAST(a.formed AS HUGEINT) * b.closed), count(closed) OVER ()) END AS formed_score,
    new_buyers AS new_rate_n, buyers AS new_rate_of, CASE WHEN buyers > 0 THEN score(
        (SELECT count(*) FROM a b WHERE CAST(b.new_buyers AS HUGEINT) * a.buyers < CAST(a.new_buyers AS HUGEINT) * b.buyers), count(buyers) OVER ()) END AS new_score,
    again_fen AS again_rate_n, net_fen AS again_rate_of, CASE WHEN net_fen > 0 THEN score(
        (SELECT count(*) FROM a b WHERE b.again_fen * a.net_fen < a.again_fen * b.net_fen), count(net_fen) OVER ()) END AS again_score,
    granted AS refund_rate_n, sold AS refund_rate_of, CASE WHEN sold > 0 THEN score(
        (SELECT count(*) FROM a b WHERE CAST(b.granted AS HUGEINT) * a.sold > CAST(a.granted AS HUGEINT) * b.sold), count(sold) OVER ()) END AS refund_score,
    ship_ms AS ship_p50_ms, CASE WHEN ship_ms IS NOT NULL THEN score((SELECT count(*) FROM a b WHERE b.ship_ms > a.ship_ms), count(ship_ms) OVER ()) END AS ship_score,
    viewers, score((SELECT count(*) FROM a b WHERE b.viewers < a.viewers), count(*) OVER ()) AS traffic_score,
    coalesce(orders, 0) AS orders, coalesce(net_fen, 0) AS net_fen, spend_fen, 10 * spend_fen > coalesce(net_fen, 0) AS spend_over
FROM a QUALIFY getvariable('shown') IS NULL OR merchant = getvariable('shown') ORDER BY merchant
