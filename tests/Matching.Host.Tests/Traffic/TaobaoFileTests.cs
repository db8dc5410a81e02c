using Matching.Host.Traffic;

namespace Matching.Host.Tests.Traffic;

public sealed class TaobaoFileTests : IDisposable
{
    private const string Lines =
        "543462,1715,1464116,pv,1511658000\n662867,2244074,1575622,buy,1511658001\n561558,3611281,965809,fav,1511658000\n894923,3076029,1879194,pv,1511658002\n";

    private readonly Reading _reading = new();

    public void Dispose() => _reading.Dispose();

    [Fact]
    public void Rows_are_numbered_as_they_come_and_sent_by_time()
    {
        var (reader, _) = _reading.Read(_reading.File("u.csv", Lines));
        Assert.Equal("1@1511658000:543462>1715 3@1511658000:561558>3611281 2@1511658001:662867>2244074 4@1511658002:894923>3076029",
            _reading.Sent(reader));
    }

    [Fact]
    public void The_behaviors_taken_alone_are_numbered_and_the_category_can_stand_for_the_item()
    {
        var (reader, bad) = _reading.Read(new TrafficOptions
        {
            Behaviors = new HashSet<string>(["buy", "fav"], StringComparer.Ordinal),
            ByCategory = true
        }, _reading.File("u.csv", Lines));
        Assert.Equal("2@1511658000:561558>965809 1@1511658001:662867>1575622", _reading.Sent(reader));
        Assert.Equal(0, bad.Count);
    }

    [Fact]
    public void A_last_line_cut_within_its_time_is_bad_though_it_still_has_five_fields()
    {
        var (reader, bad) = _reading.Read(_reading.File("u.csv", Lines + "301780,543546,4181361,pv,15"));
        Assert.Equal(4, reader.Arrivals.Count);
        Assert.Equal("u.csv:5: t '15' is not seconds since 1970, 1000000000 or more", Assert.Single(bad.First));
    }

    [Fact]
    public void Unknown_behaviors_words_for_numbers_and_missing_fields_are_bad()
    {
        var (reader, bad) =
            _reading.Read(_reading.File("u.csv", Lines + "1,2,3,look,1511658000\n1,two,3,pv,1511658000\n1,2,pv,1511658000\n"));
        Assert.Equal(4, reader.Arrivals.Count);
        Assert.Equal(3, bad.Count);
        Assert.Equal("u.csv:5: behavior 'look' is none of pv, cart, fav, buy", bad.First[0]);
    }

    [Fact]
    public void A_header_of_words_is_no_row()
    {
        var (reader, bad) = _reading.Read(_reading.File("u.csv", "user,item,category,behavior,time\n" + Lines));
        Assert.Equal((4, 0L), (reader.Arrivals.Count, bad.Count));
    }
}
