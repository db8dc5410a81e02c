-- Each segment of the cube with its tier: high is a score of 4 or 5.
SELECT tier, r >= 4 AS recent, f >= 4 AS frequent, m >= 4 AS big, count(*) AS buyers, sum(orders) AS orders, sum(net_fen) AS net_fen
FROM rfm GROUP BY ALL ORDER BY ALL DESC
