namespace Matching.Benchmarks.Servers;

/// <summary>
/// QuickJoin as a Lua script, all of an item in hashes and sorted sets under its name: R30, R31, R32, R35, R36 and refunds owed;
/// one round trip a join, which Redis runs as a whole. No campaigns, no holds, no rescue: it does less than the engine.
/// </summary>
internal static class RedisJoin
{
    /// <summary>
    /// KEYS: item. ARGV: buyer, order, now (ms). Answers 1 opened, 2 joined, 3 formed, 4 already a member, + 10 for a repeat.
    /// </summary>
    public const string Script = """
        local item, buyer, order, now = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3])
        local due = redis.call('ZRANGEBYSCORE', 'd:' .. item, '-inf', now)
        for _, team in ipairs(due) do
          for i, member in ipairs(redis.call('LRANGE', 't:' .. team, 0, -1)) do
            redis.call('HDEL', 's:' .. item, string.match(member, '^%d+'))
            redis.call('LPUSH', 'refunds', item .. ':' .. member)
          end
          redis.call('ZREM', 'd:' .. item, team)
          redis.call('ZREM', 'j:' .. item, team)
        end
        local first = redis.call('HGET', 'o:' .. item, order)
        if first then return tonumber(first) + 10 end
        if redis.call('HEXISTS', 's:' .. item, buyer) == 1 then return 4 end
        local best = redis.call('ZRANGE', 'j:' .. item, 0, 0)[1]
        local outcome
        if not best then
          best = redis.call('INCR', 'team')
          redis.call('ZADD', 'd:' .. item, now + 86400000, best)
          redis.call('ZADD', 'j:' .. item, now + 86400000, best)
          redis.call('RPUSH', 't:' .. best, buyer .. ':' .. order)
          redis.call('HSET', 's:' .. item, buyer, best)
          outcome = 1
        else
          redis.call('RPUSH', 't:' .. best, buyer .. ':' .. order)
          redis.call('ZREM', 'j:' .. item, best)
          redis.call('ZREM', 'd:' .. item, best)
          redis.call('HDEL', 's:' .. item, string.match(redis.call('LINDEX', 't:' .. best, 0), '^%d+'))
          redis.call('INCR', 'formed')
          outcome = 3
        end
        redis.call('HSET', 'o:' .. item, order, outcome)
        return outcome
        """;
}
