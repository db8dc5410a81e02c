using System.Threading.Channels;

namespace Matching.Engine;

/// <summary>
/// A loop with an inbox: it takes what lies there, in order and at most so many at a time, and acts on them together. What it throws ends
/// the loop, so an actor that must go on catches for itself. Shards have a loop of their own, which looks ahead.
/// </summary>
/// <typeparam name="TMessage">What is sent to it.</typeparam>
/// <param name="act">Acts on some; the list is the actor's. On the loop's scheduler.</param>
/// <param name="most">How many it takes together.</param>
/// <param name="idle">Told before the loop waits for more, the first time before anything came; null for nobody.</param>
internal sealed class Actor<TMessage>(Func<List<TMessage>, ValueTask> act, int most = int.MaxValue, Action? idle = null)
{
    private readonly Channel<TMessage> _inbox = Channel.CreateUnbounded<TMessage>(new() { SingleReader = true });
    private readonly List<TMessage> _taken = [];

    /// <summary>Where messages are sent to. Any thread; false once <see cref="Complete"/> was called.</summary>
    public ChannelWriter<TMessage> Inbox => _inbox.Writer;

    /// <summary>Takes nothing more in; the loop ends behind what it has.</summary>
    public void Complete() => _inbox.Writer.Complete();

    public async Task RunAsync()
    {
        do
        {
            while (Take())
            {
                await act(_taken).ConfigureAwait(true);
                _taken.Clear();
            }

            idle?.Invoke();
        }
        while (await _inbox.Reader.WaitToReadAsync().ConfigureAwait(true));
    }

    private bool Take()
    {
        while (_taken.Count < most && _inbox.Reader.TryRead(out TMessage? message))
        {
            _taken.Add(message);
        }

        return _taken.Count > 0;
    }
}
