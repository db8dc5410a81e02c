using Matching.Core.Campaigns;
using Matching.Engine;

namespace Matching.Storefront.Shop;

/// <summary>
/// Tells the engine at every start what kind of merchants the catalogue has and which tools of theirs are on (R13). A new
/// request each time: a tool switched off and on again must not be taken for the first request sent once more (R35).
/// </summary>
internal sealed class MerchantRegistration(MatchingEngine engine, Catalogue catalogue) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (ShopMerchant merchant in catalogue.Merchants)
        {
            ControlAnswer answer = await engine.ControlAsync(
                new ControlCommand
                {
                    Operation = ControlOperation.SetMerchant,
                    Request = OrderIds.Next(),
                    Merchant = merchant.Id,
                    Facts = new MerchantFacts(merchant.Kind, merchant.Tools),
                },
                cancellationToken);
            if (!answer.Ok)
            {
                throw new InvalidOperationException($"merchant {merchant.Id} of the catalogue is refused: {answer.Reason}");
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
