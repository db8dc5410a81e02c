namespace Matching.Engine.Tests;

/// <summary>Callers' code on threads, without an engine: nobody's holds up anybody else's.</summary>
public sealed class ReplyThreadTests : IDisposable
{
    // Only what is broken waits so long.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly InFlight _inFlight = new(1 << 20);
    private readonly ReplyThread _thread = new(Scheduling.Threads.Queue);
    private readonly ReplyBatches _completions;

    public ReplyThreadTests()
    {
        _completions = new ReplyBatches(Scheduling.Threads.Queue, _thread);
        _thread.Start();
    }

    public void Dispose() => _thread.Dispose();

    [Fact]
    public void Quick_code_goes_on_on_the_thread_of_the_engine()
    {
        int there = 0;
        for (int i = 0; i < 1_000; i++)
        {
            using var given = new ManualResetEventSlim();
            Release(() =>
            {
                there += string.Equals(Thread.CurrentThread.Name, ReplyThread.Name, StringComparison.Ordinal) ? 1 : 0;
                given.Set();
            });
            Assert.True(given.Wait(_patience));
        }

        // A machine that holds the thread up sends some to the pool.
        Assert.NotEqual(0, there);
    }

    [Fact]
    public void A_reply_that_waits_for_another_of_its_batch_gets_it() => WaitInBatch();

    [Fact]
    public void The_watch_wakes_with_the_first_reply_after_it_fell_asleep()
    {
        WaitInBatch();
        Assert.True(SpinWait.SpinUntil(() => _thread.WatchSleeps, _patience));
        WaitInBatch();
    }

    [Fact]
    public void A_reply_that_waits_for_a_batch_behind_it_gets_it()
    {
        // For a while after each round the pool gives the replies, and nothing waits behind the thread.
        for (int round = 0; round < 20; round++)
        {
            using var later = new ManualResetEventSlim();
            using var through = new ManualResetEventSlim();
            Release(() =>
            {
                if (later.Wait(_patience))
                {
                    through.Set();
                }
            });
            Release(later.Set);
            Assert.True(through.Wait(2 * _patience));
        }
    }

    [Fact]
    public void After_being_stuck_the_thread_gives_replies_again()
    {
        for (int round = 0; round < 5; round++)
        {
            WaitInBatch();
        }

        // It is trusted again after as long as it was stuck; until then the pool gives them.
        bool back = false;
        long end = Environment.TickCount64 + (long)_patience.TotalMilliseconds;
        while (!back && Environment.TickCount64 < end)
        {
            using var given = new ManualResetEventSlim();
            Release(() =>
            {
                back = string.Equals(Thread.CurrentThread.Name, ReplyThread.Name, StringComparison.Ordinal);
                given.Set();
            });
            Assert.True(given.Wait(_patience));
        }

        Assert.True(back);
    }

    [Fact]
    public void What_a_callers_code_leaves_on_the_thread_is_gone_for_the_next()
    {
        var secret = new AsyncLocal<string?>();
        List<(string? Secret, SynchronizationContext? Context)> seen = [];
        for (int i = 0; i < 200; i++)
        {
            using var given = new ManualResetEventSlim();
            Release(() =>
            {
                seen.Add((secret.Value, SynchronizationContext.Current));
                secret.Value = "of another caller";
                SynchronizationContext.SetSynchronizationContext(new SynchronizationContext());
                given.Set();
            });
            Assert.True(given.Wait(_patience));
        }

        Assert.All(seen, one => Assert.Equal((null, null), one));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_reply_is_given_once_whatever_callers_do(int seed)
    {
        const int Batches = 2_000;
        var random = new Random(seed);
        int[] given = new int[Batches * 20];
        int left = 0;
        using var all = new CountdownEvent(1);
        for (int b = 0; b < Batches; b++)
        {
            var replies = new Action[random.Next(1, 20)];
            for (int i = 0; i < replies.Length; i++)
            {
                int at = left++;
                int turns = random.Next(200) == 0 ? 200_000 : random.Next(50);
                replies[i] = () =>
                {
                    Thread.SpinWait(turns);
                    Interlocked.Increment(ref given[at]);
                    all.Signal();
                };
            }

            all.AddCount(replies.Length);
            Release(replies);
        }

        all.Signal();
        Assert.True(all.Wait(_patience));
        Assert.All(given[..left], times => Assert.Equal(1, times));
        Assert.Equal(0, _completions.Open);
        Assert.Equal(0, _inFlight.Count);
    }

    [Fact]
    public void Replies_released_after_its_end_are_given_all_the_same()
    {
        using var given = new CountdownEvent(2);
        Release(() => given.Signal());
        _thread.Dispose();
        Assert.True(SpinWait.SpinUntil(() => _thread.Ended, _patience));
        Release(() => given.Signal());
        Assert.True(given.Wait(_patience));
    }

    [Fact]
    public void Its_threads_end_when_a_reply_that_was_stuck_to_the_end_comes_back()
    {
        using var begun = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        Release(() =>
        {
            begun.Set();
            go.Wait(_patience);
        });
        Assert.True(begun.Wait(_patience));
        _thread.Dispose();
        Assert.True(SpinWait.SpinUntil(() => _thread.WatchSleeps, _patience));
        Assert.False(_thread.Ended);
        go.Set();
        Assert.True(SpinWait.SpinUntil(() => _thread.Ended, _patience));
    }

    private void WaitInBatch()
    {
        using var other = new ManualResetEventSlim();
        using var through = new ManualResetEventSlim();
        Release(
            () =>
            {
                if (other.Wait(_patience))
                {
                    through.Set();
                }
            },
            other.Set);
        Assert.True(through.Wait(2 * _patience));
    }

    private void Release(params Action[] replies)
    {
        ReplyBatch completion = _completions.Get();
        foreach (Action reply in replies)
        {
            completion.Add(new Entry(reply));
        }

        _inFlight.Enter(replies.Length);
        _completions.Release(completion, _inFlight);
    }

    private sealed class Entry(Action reply) : IInboxEntry
    {
        public int Weight => 1;

        public bool Run(Shard shard) => throw new NotSupportedException();

        public void Fail(Exception cause) => throw new NotSupportedException();

        public void Complete() => reply();
    }
}
