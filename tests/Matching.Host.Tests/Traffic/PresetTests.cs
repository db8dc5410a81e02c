using Matching.Host.Cli;
using Matching.Host.Traffic;

namespace Matching.Host.Tests.Traffic;

/// <summary>Each preset reads a few lines of its set, as it is published.</summary>
public sealed class PresetTests : IDisposable
{
    private readonly Reading _reading = new();

    public void Dispose() => _reading.Dispose();

    [Theory]
    [InlineData("taobao", "543462,1715,1464116,pv,1511658000\n662867,2244074,1575622,buy,1511658001\n",
        "1@1511658000:543462>1715 2@1511658001:662867>2244074")]
    [InlineData(
        "tianchi",
        "user_id,item_id,behavior_type,user_geohash,item_category,time\n10001082,285259775,1,97lk14c,4076,2014-12-08 "
            + "18\n10001082,4368907,4,,5503,2014-12-12 12\n",
        "1@1418061600:10001082>285259775 2@1418385600:10001082>4368907")]
    [InlineData(
        "rees46",
        "event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session\n2019-10-01 00:00:00 "
            + "UTC,view,44600062,21,,shiseido,35.79,541312140,72d\n"
        + "2019-10-01 00:00:01 UTC,remove_from_cart,44600062,21,,shiseido,35.79,541312140,72d\n",
        "1@1569888000:541312140>44600062")]
    [InlineData(
        "olist",
        "\"order_id\",\"order_item_id\",\"product_id\",\"seller_id\",\"shipping_limit_date\",\"price\",\"freight_value\"\n\"00010242fe8c\",1,\"4244733e06e7\",\"48436dade18a\",2017-09-19 09:45:35,58.90,13.29\n",
        "1@1505814335:00010242fe8c>4244733e06e7")]
    [InlineData(
        "olist",
        "order_id,customer_id,customer_unique_id,order_purchase_timestamp,order_approved_at,product_id,shipping_limit_date\no1,c1,u1,2017-09-13 08:59:02,2017-09-13 09:45:35,p1,2017-09-19 09:45:35\n",
        "1@1505293142:u1>p1")]
    [InlineData(
        "uci",
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n536365,85123A,\"HANGING, WHITE\",6,2010-12-01 "
            + "08:26:00,2.55,17850.0,United Kingdom\n"
        + "C536379,D,Discount,-1,2010-12-01 09:41:00,27.5,14527.0,United Kingdom\n536414,22139,,56,2010-12-01 11:52:00,0.0,,United "
            + "Kingdom\nA563185,B,Adjust bad debt,1,2011-08-12 14:50:00,1.0,,UK\n",
        "1@1291191960:17850.0>85123A")]
    [InlineData(
        "uci",
        "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n489434,85048,LIGHTS,12,2009-12-01 "
            + "07:45:00,6.95,13085,United Kingdom\n",
        "1@1259653500:13085>85048")]
    [InlineData("movielens", "userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n", "1@1260759144:1>31")]
    [InlineData("movielens", "196\t242\t3\t881250949\n186\t302\t3\t891717742\n", "1@881250949:196>242 2@891717742:186>302")]
    [InlineData("movielens", "1::1193::5::978300760\n", "1@978300760:1>1193")]
    public void A_preset_reads_its_set(string name, string text, string sent)
    {
        var (reader, bad) = _reading.Read(new TrafficOptions { Preset = Preset.All[name] }, _reading.File("a", text));
        Assert.Equal(sent, _reading.Sent(reader));
        Assert.Equal(0, bad.Count);
        int header = char.IsAsciiLetter(text.TrimStart('"')[0]) ? 1 : 0;
        Assert.Equal(text.Count(c => c == '\n') - header, reader.Passed + reader.Arrivals.Count);
    }

    [Theory]
    [InlineData("tianchi", "buy", "2")]
    [InlineData("tianchi", "pv,cart", "1 3")]
    public void Behaviors_go_by_their_names_where_the_file_has_numbers(string preset, string behaviors, string users)
    {
        const string Text =
            "user_id,item_id,behavior_type,user_geohash,item_category,time\n1,7,1,,9,2014-12-08 18\n2,7,4,,9,2014-12-08 "
            + "18\n3,7,3,,9,2014-12-08 18\n4,7,2,,9,2014-12-08 18\n";
        var options = new TrafficOptions
        {
            Preset = Preset.All[preset],
            Behaviors = new HashSet<string>(behaviors.Split(','), StringComparer.Ordinal)
        };
        Assert.Equal(users, string.Join(' ', _reading.Sent(Text, options).Split(' ').Select(sent => sent.Split(':', '>')[1])));
    }

    [Fact]
    public void A_behavior_that_a_set_does_not_have_is_refused()
    {
        var options =
            new TrafficOptions { Preset = Preset.All["rees46"], Behaviors = new HashSet<string>(["buy"], StringComparer.Ordinal) };
        var e = Assert.Throws<UsageException>(
            () => _reading.Sent("event_time,event_type,product_id,user_id\n2019-10-01 00:00:00 UTC,view,1,2\n", options));
        Assert.Equal("--behaviors 'buy' is none of view, cart, remove_from_cart, purchase", e.Message);
    }

    [Fact]
    public void A_preset_does_not_read_another_set_by_position() =>
        Assert.Contains(
            "its header is not known: user,film,stars,day",
            _reading.Refusal("user,film,stars,day\n1,2,3,1260759144\n", new TrafficOptions { Preset = Preset.All["movielens"] }),
            StringComparison.Ordinal);

    [Fact]
    public void Ratings_parted_by_tabs_are_no_team_list_though_every_line_looks_like_one() =>
        Assert.Contains("it has no header", _reading.Refusal("196\t242\t3\t881250949\n186\t302\t3\t891717742\n"), StringComparison.Ordinal);
}
