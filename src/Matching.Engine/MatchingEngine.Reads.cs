using Matching.Core;

namespace Matching.Engine;

/// <content>Reads of the books: in turn with the commands of their item, so a caller reads what he wrote.</content>
public sealed partial class MatchingEngine
{
    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RefundView>> RefundsOwedAsync(int take, CancellationToken cancellationToken = default)
    {
        Arguments.Take(take);
        return Ask<IReadOnlyList<RefundView>>(
            (book, _) =>
            {
                List<RefundView> refunds = [];
                book.RefundsOwed(take, refunds);
                return refunds;
            },
            lists => lists.Length == 1 ? lists[0] : Merge(lists, take),
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<OrderView?> FindOrderAsync(long item, long order, CancellationToken cancellationToken = default)
    {
        Arguments.Id(item, nameof(item));
        Arguments.Id(order, nameof(order));
        return _closedOrders is null
            ? Ask<OrderView?>(item, (book, now) => book.FindOrder(item, order, now, out OrderView view) ? view : null, cancellationToken)
            : FindOldOrderAsync(item, order, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<TeamView?> FindTeamAsync(long item, long team, CancellationToken cancellationToken = default)
    {
        Arguments.Id(item, nameof(item));
        Arguments.Id(team, nameof(team));
        return _closedOrders is null ? Ask(item, (book, now) => book.FindTeam(item, team, now), cancellationToken)
            : FindOldTeamAsync(item, team, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<OpenTeamView>> OpenTeamsAsync(long item, int take, CancellationToken cancellationToken = default)
    {
        Arguments.Take(take);
        return Ask<IReadOnlyList<OpenTeamView>>(
            item,
            (book, now) =>
            {
                List<OpenTeamView> teams = [];
                book.OpenTeams(item, now, take, teams);
                return teams;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<Counts> CountAsync(long? item = null, CancellationToken cancellationToken = default) =>
        item is { } one
            ? Ask(one, (book, now) => book.CountItem(one, now), cancellationToken)
            : Ask((book, _) => book.CountAll(), Sum, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ulong> StateHashAsync(CancellationToken cancellationToken = default)
    {
        ulong items = await Ask(
            (book, _) => book.StateHash(), hashes => hashes.Aggregate(0UL, (sum, hash) => unchecked(sum + hash)), cancellationToken)
                .ConfigureAwait(false);
        ulong campaigns = await Control((book, _) => book.StateHash(), cancellationToken).ConfigureAwait(false);
        return unchecked(items + campaigns);
    }

    private static Counts Sum(Counts[] all)
    {
        Counts sum = default;
        foreach (ref readonly Counts counts in all.AsSpan())
        {
            sum.Add(counts);
        }

        return sum;
    }

    private static Counts? Sum(Counts?[] all) =>
        Array.Exists(all, counts => counts is not null) ? Sum(Array.ConvertAll(all, counts => counts.GetValueOrDefault())) : null;

    // The sort is stable and an order lies with one shard, so entries of one order stay in the order they arose.
    private static List<RefundView> Merge(IReadOnlyList<RefundView>[] lists, int take) =>
        [.. lists.SelectMany(list => list).OrderBy(refund => refund.Since).ThenBy(refund => refund.Item).ThenBy(refund => refund.Order)
            .Take(take)];

    /// <summary>Asks the shard of one item.</summary>
    internal ValueTask<T> Ask<T>(long item, Func<Book, long, T> read, CancellationToken cancellationToken)
    {
        Arguments.Id(item, nameof(item));
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(cancellationToken);
        }

        EnterRead(1);
        var query = new Query<T>(item, read);
        query.Watch(cancellationToken);
        ValueTask<T> wait = query.Wait;
        _shards[Shard.IndexOf(item, _shards.Length)].Send(query);
        return wait;
    }

    /// <summary>Asks every shard and merges what they say.</summary>
    internal ValueTask<T> Ask<T>(Func<Book, long, T> read, Func<T[], T> merge, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(cancellationToken);
        }

        EnterRead(1);
        var survey = new Survey<T>(_shards.Length, read, merge);
        survey.Watch(cancellationToken);
        ValueTask<T> wait = survey.Wait;
        for (int i = 0; i < _shards.Length; i++)
        {
            _shards[i].Send(survey.Part(i));
        }

        return wait;
    }

    /// <summary>Reads are still taken in while the engine drains; not when it has failed or is closed.</summary>
    private void EnterRead(int n)
    {
        if (_failure.Cause is { } cause)
        {
            throw MatchingUnavailableException.Stopped(cause);
        }

        ObjectDisposedException.ThrowIf(Volatile.Read(ref _closed) is not null, this);
        if (!_inFlight.TryEnter(n))
        {
            throw MatchingUnavailableException.Busy(_inFlight.Bound);
        }
    }
}
