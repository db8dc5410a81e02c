namespace Matching.Benchmarks.Servers;

/// <summary>
/// The usual shop's design: rows for teams and orders, the team locked with SKIP LOCKED, a unique index for one seat a buyer
/// (R31) and the key of an order (R35). A function joins, so that a batch is one round trip and one commit. No campaigns, no
/// holds, no rescue; expiry is left to a job: it does less than the engine.
/// </summary>
internal static class PostgresJoin
{
    public const string Schema = """
        CREATE TABLE team (id bigserial PRIMARY KEY, item bigint NOT NULL, size int NOT NULL, paid int NOT NULL, deadline bigint NOT NULL, state int NOT NULL);
        CREATE INDEX team_open ON team (item, (size - paid), deadline, id) WHERE state = 0;
        CREATE TABLE orders (item bigint, id bigint, buyer bigint NOT NULL, team bigint NOT NULL, first int NOT NULL, amount bigint NOT NULL, PRIMARY KEY (item, id));
        CREATE TABLE seat (item bigint, buyer bigint, team bigint NOT NULL, PRIMARY KEY (item, buyer));
        CREATE FUNCTION quick_join(i bigint, b bigint, o bigint, now_ms bigint) RETURNS int LANGUAGE plpgsql AS $$
        DECLARE t bigint; n int; s int; r int;
        BEGIN
          SELECT first INTO r FROM orders WHERE item = i AND id = o;
          IF FOUND THEN RETURN r + 10; END IF;
          PERFORM 1 FROM seat WHERE item = i AND buyer = b;
          IF FOUND THEN RETURN 4; END IF;
          SELECT id, paid, size INTO t, n, s FROM team WHERE item = i AND state = 0 AND deadline > now_ms
            ORDER BY (size - paid), deadline, id LIMIT 1 FOR UPDATE SKIP LOCKED;
          IF NOT FOUND THEN
            INSERT INTO team (item, size, paid, deadline, state) VALUES (i, 2, 1, now_ms + 86400000, 0) RETURNING id INTO t;
            INSERT INTO seat VALUES (i, b, t);
            r := 1;
          ELSIF n + 1 = s THEN
            UPDATE team SET paid = s, state = 1 WHERE id = t;
            DELETE FROM seat WHERE item = i AND team = t;
            r := 3;
          ELSE
            UPDATE team SET paid = n + 1 WHERE id = t;
            INSERT INTO seat VALUES (i, b, t);
            r := 2;
          END IF;
          INSERT INTO orders VALUES (i, o, b, t, r, 1990);
          RETURN r;
        END $$;
        """;

    /// <summary>Three arrays of one batch, sorted by item, so that two batches never wait for each other in a circle.</summary>
    public const string Batch = "SELECT quick_join(i, b, o, 1700000000000) FROM unnest($1, $2, $3) AS j (i, b, o)";

    /// <summary>Nothing may be wrong: teams of another size than their orders, orders in no team.</summary>
    public const string Check = """
        SELECT (SELECT count(*) FROM orders),
               (SELECT count(*) FROM team t WHERE paid <> (SELECT count(*) FROM orders o WHERE o.team = t.id) OR paid > size OR (state = 1) <> (paid = size)),
               (SELECT count(*) FROM team WHERE state = 1)
        """;
}
