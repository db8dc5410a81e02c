SELECT buyer, recency_days, orders, net_fen, r, f, m, tier FROM rfm ORDER BY tier DESC, net_fen DESC, buyer
