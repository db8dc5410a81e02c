using Matching.Core;

namespace Matching.Engine.Lists;

/// <summary>A question to the lists, answered once they have reached a position.</summary>
/// <param name="position">The durable sequence when it was asked: the caller reads what he wrote.</param>
/// <param name="read">Asks the lists.</param>
internal sealed class ListQuery(long position, Func<OrderLists, IReadOnlyList<OrderView>> read)
    : Reply<IReadOnlyList<OrderView>>, IThreadPoolWorkItem
{
    private IReadOnlyList<OrderView> _orders = [];
    private Exception? _error;

    public long Position => position;

    public void Run(OrderLists lists) => _orders = read(lists);

    public void Fail(Exception cause) => _error = cause;

    public void Execute() => Settle(_error);

    protected override IReadOnlyList<OrderView> Take() => _orders;
}
