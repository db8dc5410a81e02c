using Matching.Core;

namespace Matching.Load.Targets;

/// <summary>What is loaded: the embedded engine, a storefront over HTTP, or the program behind its line protocol. Any thread.</summary>
internal interface ITarget : IAsyncDisposable
{
    /// <summary>Asks. A request that ends without an answer gives the outcome None, never an exception.</summary>
    ValueTask<Answer> SendAsync(in Command command);

    /// <summary>Teams open now; −1 where it cannot tell.</summary>
    ValueTask<long> CountOpenTeamsAsync();
}
