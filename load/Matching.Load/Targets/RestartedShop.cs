using Matching.Core;

namespace Matching.Load.Targets;

/// <summary>
/// A storefront that is killed and started again, asked over HTTP. A request whose connection broke with the kill waits for the start and
/// is sent again. Any thread.
/// </summary>
internal sealed class RestartedShop(ShopProgram program, ShopTarget shop) : IRestartable
{
    private long _sentAgain;

    public long SentAgain => Volatile.Read(ref _sentAgain);

    public IReadOnlyList<long> StartsMs => program.StartsMs;

    /// <summary>The items the shop sells in teams.</summary>
    public IReadOnlyList<long> Items => shop.Items;

    public Task KillAndStartAsync() => program.KillAndStartAsync();

    public async ValueTask<Answer> SendAsync(Command command)
    {
        while (true)
        {
            await program.Serving;
            int starts = program.Starts;
            Answer answer = await shop.SendAsync(command);
            if (answer.Outcome != Outcome.None || (program.Serving.IsCompleted && program.Starts == starts))
            {
                return answer;
            }

            Interlocked.Increment(ref _sentAgain);
        }
    }

    ValueTask<Answer> ITarget.SendAsync(in Command command) => SendAsync(command);

    public ValueTask<long> CountOpenTeamsAsync() => program.Serving.IsCompleted ? shop.CountOpenTeamsAsync() : ValueTask.FromResult(-1L);

    public async ValueTask DisposeAsync()
    {
        await shop.DisposeAsync();
        await program.DisposeAsync();
    }
}
