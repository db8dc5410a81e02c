WITH r AS (SELECT * FROM refunds WHERE in_window(owed_ms)),
c AS (SELECT cause, count(*) AS entries, sum(fen) AS owed_fen, count(done_ms) AS done, coalesce(sum(fen) FILTER (done_ms IS NOT NULL), 0) AS done_fen,
        quantile_disc(done_ms - owed_ms, 0.5) AS refund_p50_ms, quantile_disc(done_ms - owed_ms, 0.95) AS refund_p95_ms,
        min(owed_ms) FILTER (done_ms IS NULL) AS oldest_open_at
    FROM r GROUP BY GROUPING SETS ((cause), ())),
s AS (SELECT count(*) FILTER (in_window(sold_ms)) AS sold, count(*) FILTER (in_window(granted_ms)) AS granted FROM orders)
SELECT coalesce(['expired', 'left', 'afterSale', 'latePayment', 'unknownPayment', 'secondPayment', 'underpaid', 'overpaid',
        'priceDifference'][cause], 'total') AS cause, entries, coalesce(owed_fen, 0) AS owed_fen, done, done_fen, entries - done AS open,
    refund_p50_ms, refund_p95_ms, oldest_open_at,
    CASE WHEN coalesce(cause, 3) = 3 THEN granted END AS refund_rate_n, CASE WHEN coalesce(cause, 3) = 3 THEN sold END AS refund_rate_of
FROM c, s ORDER BY c.cause NULLS LAST
