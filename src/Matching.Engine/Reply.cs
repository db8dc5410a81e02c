using System.Threading.Tasks.Sources;

namespace Matching.Engine;

/// <summary>
/// The waiting end of a request. Load: millions a second, nearly all without a cancellable token, so that path takes no
/// interlocked step and allocates nothing. A wait that was cancelled ends at once, while a shard may still hold the object:
/// such an object is never used again, which costs one allocation and needs no count of holders.
/// </summary>
internal abstract class Reply<T> : IValueTaskSource<T>
{
    private ManualResetValueTaskSourceCore<bool> _core;
    private CancellationTokenRegistration _registration;
    private bool _cancellable;
    private int _settled;

    /// <summary>The wait for this reply; to be awaited once.</summary>
    public ValueTask<T> Wait => new(this, _core.Version);

    protected short Version => _core.Version;

    /// <summary>Ends the wait, not the command, when the token is cancelled. To be called before the request is sent.</summary>
    public void Watch(CancellationToken token)
    {
        if (token.CanBeCanceled)
        {
            _cancellable = true;
            _registration = token.UnsafeRegister(static (state, token) => ((Reply<T>)state!).Cancel(token), this);
        }
    }

    public T GetResult(short token)
    {
        _core.GetResult(token);
        T result = Take();

        // Unregister fails when the cancellation ran or is running: it may touch this object later, so nobody else may have it.
        if (!_cancellable || _registration.Unregister())
        {
            _cancellable = false;
            _registration = default;
            _settled = 0;
            _core.Reset();
            Recycle();
        }

        return result;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    /// <summary>Ends the wait with the outcome; the caller's code may run inside.</summary>
    protected void Settle(Exception? error = null)
    {
        if (_cancellable && Interlocked.Exchange(ref _settled, 1) != 0)
        {
            return;
        }

        if (error is null)
        {
            _core.SetResult(true);
        }
        else
        {
            _core.SetException(error);
        }
    }

    /// <summary>The outcome, taken by the caller.</summary>
    protected abstract T Take();

    /// <summary>Nobody holds the object any more; it may go back to a pool.</summary>
    protected virtual void Recycle()
    {
    }

    private void Cancel(CancellationToken token)
    {
        if (Interlocked.Exchange(ref _settled, 1) == 0)
        {
            _core.SetException(new OperationCanceledException(token));
        }
    }
}
