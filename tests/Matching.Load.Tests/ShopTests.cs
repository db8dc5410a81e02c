using Matching.Core;
using Matching.Load.Scenarios;
using Matching.Load.Targets;

namespace Matching.Load.Tests;

public sealed class ShopTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("matching-load-shop-");

    private string Data => Path.Combine(_root.FullName, "shop");

    [Fact]
    public async Task A_steady_load_over_http_is_answered_and_the_shops_directory_verified()
    {
        await using ShopDouble shop = await ShopDouble.OpenAsync(Data);
        RunResult result = await InjectScenarios.SteadyAsync(Options(shop));
        Assert.True(result.Holds);
        Assert.Equal(100, result.Timeline!.Seconds.Sum(second => second.Accepted + second.Refused));
        Assert.True(result.Verification!.Events > 0);
    }

    [Fact]
    public async Task Too_many_requests_count_as_busy_and_a_refusal_by_its_title()
    {
        await using ShopDouble shop = await ShopDouble.OpenAsync(Data, busyEvery: 5);
        await using ShopTarget target = await ShopTarget.OpenAsync(shop.Url, ShopDouble.Key, "operator", null);
        Assert.Equal([101, 102, 201], target.Items);
        var join = new Command { Operation = Operation.QuickJoin, Item = 101, Order = 1, Buyer = 7 };
        Answer opened = await target.SendAsync(join);
        Assert.Equal((Outcome.Opened, true), (opened.Outcome, opened.Ok));
        Assert.True(opened.Team > 0);
        Assert.Equal(1, await target.CountOpenTeamsAsync());
        Answer member = await target.SendAsync(join with { Order = 2 });
        Assert.Equal((Outcome.AlreadyMember, false), (member.Outcome, member.Ok));
        Assert.Equal(Outcome.Formed, (await target.SendAsync(join with { Order = 3, Buyer = 8 })).Outcome);
        await target.SendAsync(join with { Order = 4, Buyer = 9 });
        Assert.Equal(Outcome.Busy, (await target.SendAsync(join with { Order = 5, Buyer = 10 })).Outcome);
    }

    [Fact]
    public async Task A_shop_that_cannot_be_reached_says_so_and_one_that_refuses_the_key_fails_the_run()
    {
        Uri url;
        await using (ShopDouble shop = await ShopDouble.OpenAsync(Data))
        {
            url = shop.Url;
            RunResult result = await InjectScenarios.SteadyAsync(Options(shop) with { Key = "wrong", Data = null });
            Assert.False(result.Holds);
        }

        IOException e = await Assert.ThrowsAsync<IOException>(() => ShopTarget.OpenAsync(url, "", null, null));
        Assert.Contains(url.ToString(), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrk_measures_the_same_peak_where_it_is_installed()
    {
        await using ShopDouble shop = await ShopDouble.OpenAsync(Data);
        var result = new RunResult("peak", "");
        await using ShopTarget target = await ShopTarget.OpenAsync(shop.Url, ShopDouble.Key, null, null);
        await WrkCheck.RunAsync(result, Options(shop), target, TimeSpan.FromSeconds(1));
        Assert.Equal(2, result.Facts.Count);
        Assert.DoesNotContain("no figure", result.Facts[1].Value, StringComparison.Ordinal);
    }

    public void Dispose() => _root.Delete(recursive: true);

    private LoadOptions Options(ShopDouble shop) => new()
    {
        Rate = 100,
        Seconds = 1,
        WarmUp = 0,
        Url = shop.Url,
        Key = ShopDouble.Key,
        OperatorKey = "operator",
        Data = Data,
    };
}
