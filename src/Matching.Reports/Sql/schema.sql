-- What is kept of the journal: rows are only ever added, and what became of an order or a team is found by joining them.
-- how: 0 hold, 1 opening, 2 join, 3 bought alone. what, cause, source: numbers of EventKind, RefundCause, Source.
CREATE TABLE position (format INTEGER, journal VARCHAR, next BIGINT, missing BIGINT, ms BIGINT, latest VARCHAR);
CREATE TABLE made (seq BIGINT, ms BIGINT, how UTINYINT, item BIGINT, ord BIGINT, buyer BIGINT, team BIGINT, merchant BIGINT,
    campaign BIGINT, source UTINYINT, sharer BIGINT, claimed BOOLEAN, pieces INTEGER, fen BIGINT);
CREATE TABLE happened (seq BIGINT, ms BIGINT, what UTINYINT, item BIGINT, ord BIGINT, team BIGINT, other BIGINT, merchant BIGINT,
    cause UTINYINT, payment VARCHAR, fen BIGINT);
CREATE TABLE offers (seq BIGINT, ms BIGINT, what UTINYINT, item BIGINT, merchant BIGINT, campaign BIGINT);
CREATE TABLE views (ms BIGINT, item BIGINT, viewer BIGINT, source UTINYINT, sharer BIGINT);
CREATE TABLE lost_views (ms BIGINT, views BIGINT);
CREATE TABLE view_files (name VARCHAR, bytes BIGINT);

-- What a report is asked for stands in variables: from_ms, to_ms, from_day, to_day, zone_ms, merchant (NULL for all), length, per, gap.
CREATE MACRO day_of(at_ms) AS DATE '1970-01-01' + CAST((at_ms + getvariable('zone_ms')) // 86400000 AS INTEGER);
CREATE MACRO period_of(a_day) AS CAST(date_trunc(getvariable('length'), a_day) AS DATE);
CREATE MACRO in_window(at_ms) AS at_ms >= getvariable('from_ms') AND at_ms < getvariable('to_ms');
CREATE MACRO mine(a_merchant) AS getvariable('merchant') IS NULL OR a_merchant = getvariable('merchant');
CREATE MACRO key_of(at_ms, an_item, a_campaign, a_merchant) AS CASE getvariable('per')
    WHEN 'period' THEN CAST(period_of(day_of(at_ms)) AS VARCHAR)
    WHEN 'item' THEN CAST(an_item AS VARCHAR)
    WHEN 'campaign' THEN CAST(a_campaign AS VARCHAR)
    WHEN 'merchant' THEN CAST(a_merchant AS VARCHAR)
    ELSE 'all' END;
-- R24: 1 + 5L/n, at most 5; L are the strictly worse of n.
CREATE MACRO score(worse, n) AS CAST(least(5, 1 + (5 * worse) // n) AS INTEGER);

-- A view belongs to the merchant and the campaign that had the item then.
CREATE VIEW my_views AS
SELECT v.*, coalesce(w.merchant, 0) AS merchant, coalesce(c.campaign, 0) AS campaign
FROM views v
ASOF LEFT JOIN (SELECT item, ms, merchant FROM offers WHERE what IN (65, 80)) w ON v.item = w.item AND v.ms >= w.ms
ASOF LEFT JOIN (SELECT item, ms, CASE what WHEN 65 THEN campaign ELSE 0 END AS campaign FROM offers WHERE what IN (65, 67)) c
    ON v.item = c.item AND v.ms >= c.ms
WHERE mine(coalesce(w.merchant, 0));

CREATE VIEW teams AS
SELECT o.team, o.item, o.merchant, o.campaign, o.ms AS opened_ms, e.ms AS ended_ms, e.what AS ended
FROM made o LEFT JOIN happened e ON e.team = o.team AND e.what BETWEEN 3 AND 6
WHERE o.how = 1;

-- One row an order, whatever became of it. A hold's payment keeps the hold's source, sharer and claim (R23, R33). Fen without what was
-- paid too much (R46). Sold: formed or bought; a team that was merged formed at that moment as another (R40).
CREATE VIEW orders AS
SELECT s.seq, s.ms, s.how, s.item, s.ord, s.buyer, s.merchant, coalesce(t.campaign, 0) AS campaign, s.team,
    CASE s.source WHEN 0 THEN coalesce(h.source, 0) ELSE s.source END AS source,
    CASE s.sharer WHEN 0 THEN coalesce(h.sharer, 0) ELSE s.sharer END AS sharer,
    s.claimed OR coalesce(h.claimed, FALSE) AS claimed,
    s.fen - coalesce(e.apart, 0) AS fen, day_of(s.ms) AS day,
    CASE WHEN s.how = 3 THEN s.ms WHEN e.left_ms IS NULL AND t.ended IN (3, 6) THEN t.ended_ms END AS sold_ms,
    t.ended, e.owed_ms, e.granted_ms, e.shipped_ms
FROM made s
LEFT JOIN teams t ON t.team = s.team AND s.how <> 3
LEFT JOIN made h ON h.how = 0 AND h.item = s.item AND h.ord = s.ord
LEFT JOIN (
    SELECT item, ord,
        min(ms) FILTER (what = 14) AS left_ms,
        min(ms) FILTER (what = 15) AS granted_ms,
        min(ms) FILTER (what = 18) AS shipped_ms,
        min(ms) FILTER (what = 16 AND cause IN (1, 2, 3)) AS owed_ms,
        sum(fen) FILTER (what = 16 AND cause IN (8, 9)) AS apart
    FROM happened WHERE what IN (14, 15, 16, 18) GROUP BY ALL) e ON e.item = s.item AND e.ord = s.ord
WHERE s.how <> 0 AND mine(s.merchant);

-- R24: formed or bought, and no refund owed; nth and the day before among the orders in view, nth_here at the merchant.
CREATE VIEW effective AS
SELECT *, row_number() OVER theirs AS nth, lag(day) OVER theirs AS day_before, lead(day) OVER theirs AS day_after,
    row_number() OVER (PARTITION BY merchant, buyer ORDER BY ms, seq) AS nth_here
FROM orders WHERE sold_ms IS NOT NULL AND owed_ms IS NULL
WINDOW theirs AS (PARTITION BY buyer ORDER BY ms, seq);

-- Joins through a share link, and whether the buyer had no effective order at the merchant at that moment (R22).
CREATE VIEW shared_joins AS
SELECT o.*, NOT EXISTS (
    SELECT 1 FROM orders p WHERE p.buyer = o.buyer AND p.merchant = o.merchant AND p.seq < o.seq AND p.sold_ms <= o.ms
        AND (p.owed_ms IS NULL OR p.owed_ms > o.ms)) AS is_new
FROM orders o WHERE o.how = 2 AND o.source = 5;

-- One row an entry of the refund ledger (R37).
CREATE VIEW refunds AS
SELECT r.item, r.ord, r.cause, r.fen, r.ms AS owed_ms, d.ms AS done_ms, coalesce(nullif(m.merchant, 0), r.merchant) AS merchant
FROM happened r
LEFT JOIN (SELECT item, ord, cause, coalesce(payment, '') AS payment, min(ms) AS ms FROM happened WHERE what = 17 GROUP BY ALL) d
    ON d.item = r.item AND d.ord = r.ord AND d.cause = r.cause AND d.payment = coalesce(r.payment, '')
LEFT JOIN (SELECT item, ord, max(merchant) AS merchant FROM made GROUP BY ALL) m ON m.item = r.item AND m.ord = r.ord
WHERE r.what = 16 AND mine(coalesce(nullif(m.merchant, 0), r.merchant));

-- R24 over the 365 days before to_day: recency in days of the calendar, orders, fen.
CREATE VIEW rfm AS
WITH b AS (SELECT buyer, CAST(getvariable('to_day') - max(day) AS BIGINT) AS recency_days, count(*) AS orders, sum(fen) AS net_fen
    FROM effective WHERE day < getvariable('to_day') AND day >= getvariable('to_day') - 365 GROUP BY ALL),
s AS (SELECT *, score(rank() OVER (ORDER BY recency_days DESC) - 1, count(*) OVER ()) AS r,
        score(rank() OVER (ORDER BY orders) - 1, count(*) OVER ()) AS f, score(rank() OVER (ORDER BY net_fen) - 1, count(*) OVER ()) AS m
    FROM b)
SELECT *, (r + f + m + 2) // 3 AS tier FROM s;
