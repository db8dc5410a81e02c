using Matching.Core.Campaigns;
using Matching.Engine;

namespace Matching.Storefront.Shop;

/// <summary>
/// Tells the engine at every start what kind of merchants the catalogue has and which tools of theirs are on (R13), and whose its items are
/// where that has changed: an item that has another merchant in the catalogue is handed over (R45). A new request each time: a tool
/// switched off and on again must not be taken for the first request sent once more (R35).
/// </summary>
internal sealed class MerchantRegistration(MatchingEngine engine, Catalogue catalogue) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (ShopMerchant merchant in catalogue.Merchants)
        {
            await AskAsync(
                $"merchant {merchant.Id}",
                new ControlCommand
                {
                    Operation = ControlOperation.SetMerchant,
                    Merchant = merchant.Id,
                    Facts = new MerchantFacts(merchant.Kind, merchant.Tools),
                },
                cancellationToken);
        }

        foreach (ShopItem item in catalogue.Items)
        {
            RegisteredItem? known = await engine.FindItemAsync(item.Id, cancellationToken);
            if (known?.Merchant == item.Merchant && known.Category == item.Category)
            {
                continue;
            }

            await AskAsync(
                $"item {item.Id}",
                new ControlCommand
                {
                    Operation = ControlOperation.SetItem,
                    Item = item.Id,
                    Merchant = item.Merchant,
                    Category = item.Category,
                    From = known?.Merchant ?? 0,
                },
                cancellationToken);
        }
    }

    private async Task AskAsync(string what, ControlCommand command, CancellationToken cancellationToken)
    {
        ControlAnswer answer = await engine.ControlAsync(command with { Request = OrderIds.Next() }, cancellationToken);
        if (!answer.Ok)
        {
            throw new InvalidOperationException($"{what} of the catalogue is refused: {answer.Reason}");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
