using Matching.Host.Traffic;

namespace Matching.Host.Tests.Traffic;

/// <summary>The header decides which column is which; what is not sure is refused and shown.</summary>
public sealed class HeaderTests : IDisposable
{
    private readonly Reading _reading = new();

    public void Dispose() => _reading.Dispose();

    [Theory]
    [InlineData("user_id,product_id,action,timestamp", "8,1,view,1511658000")]
    [InlineData("t,item,user", "1511658000,1,8")]
    [InlineData("Timestamp;Buyer;Item ID", "1511658000;8;1")]
    [InlineData("EVENT_TIME\tVISITOR-ID\tItemId", "2017-11-26 01:00:00\t8\t1")]
    [InlineData("price|userId|t|goods", "9.5|8|1511658000|1")]
    [InlineData("时间,用户ID,商品ID", "1511658000,8,1")]
    [InlineData("\"user\",\"item\",\"t\"", "\"8\",\"1\",\"1511658000\"")]
    [InlineData("customer id, stockcode , InvoiceDate", "8,1,2017-11-26 01:00")]
    [InlineData("uid::item::ts", "8::1::1511658000000")]
    public void Names_decide_in_any_order_case_and_delimiter(string header, string row) =>
        Assert.Equal("1@1511658000:8>1", _reading.Sent($"{header}\n{row}\n"));

    [Fact]
    public void A_column_named_row_gives_the_orders_ids_wherever_it_stands() =>
        Assert.Equal("7@100:a>x 3@200:b>y", _reading.Sent("item,user,ROW,t\ny,b,3,200\nx,a,7,100\n"));

    [Theory]
    [InlineData("who,what,when\n1,2,3\n", "who,what,when", "no column is known as user or item or t")]
    [InlineData("user,item\n1,2\n", "user,item", "no column is known as t")]
    [InlineData("user,user,item,t\n1,1,2,100\n", "user,user,item,t", "user could be each of user (column 1), user (column 2)")]
    [InlineData("user_id,buyer,item,t\n1,1,2,100\n", "user_id,buyer,item,t", "user could be each of user_id (column 1), buyer (column 2)")]
    [InlineData("user,item,t,event_time\n1,2,100,200\n", "user,item,t,event_time", "t could be each of")]
    [InlineData("alice,bread,2016-10-30 09:58\n", "alice,bread,2016-10-30 09:58", "no column is known as")]
    [InlineData("no delimiter at all\n", "no delimiter at all", "--columns user=…,item=…,t=…")]
    public void An_unknown_or_doubtful_header_is_refused_and_shown(string text, string shown, string why)
    {
        string refusal = _reading.Refusal(text);
        Assert.StartsWith("a.csv: its header is not known: " + shown + "\n", refusal, StringComparison.Ordinal);
        Assert.Contains(why, refusal, StringComparison.Ordinal);
        Assert.Contains("row,t,user,item", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1001,55,view,1511658000\n")]
    [InlineData("1,1511658000,8,1\n2,1511658001,9,1\n")]
    [InlineData("1,2\n")]
    [InlineData("8,1,1464116,look,1511658000\n")]
    [InlineData("8,1,1464116,pv,2017-11-26\n")]
    public void Rows_without_a_header_are_refused_where_their_shape_says_too_little(string text) =>
        Assert.Contains("it has no header, and its first line is no row that is known by its shape: " + text.Split('\n')[0],
            _reading.Refusal(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("user=who,item=what,t=when", "when,who,what\n1511658000,8,1\n")]
    [InlineData("user=WHO, item=what , t=1", "when,who,what\n1511658000,8,1\n")]
    [InlineData("user=2,item=3,t=1", "when,who,what\n1511658000,8,1\n")]
    [InlineData("user=2,item=3,t=1", "1511658000,8,1\n")]
    [InlineData("item=3,user=2,t=1", "2017-11-26 01:00:00,8,1\n")]
    [InlineData("user=buyer", "user_id,buyer,item,t\n7,8,1,1511658000\n")]
    [InlineData("t=2", "user,when exactly,item\n8,1511658000,1\n")]
    public void Columns_are_named_by_header_or_position(string columns, string text) =>
        Assert.Equal("1@1511658000:8>1", _reading.Sent(text, new TrafficOptions { Columns = ColumnChoice.Parse(columns) }));

    [Fact]
    public void A_chosen_row_column_gives_the_orders_ids() =>
        Assert.Equal("42@100:8>1",
            _reading.Sent("order_no,user,item,t\n42,8,1,100\n", new TrafficOptions { Columns = ColumnChoice.Parse("row=order_no") }));

    [Theory]
    [InlineData("user=nobody", "user,item,t\n1,2,100\n", "--columns user=nobody: no column has that name")]
    [InlineData("user=u", "u,U,item,t\n1,1,2,100\n", "--columns user=u: 2 columns have that name")]
    [InlineData("t=7", "user,item,t\n1,2,100\n", "--columns t=7: the first line has 3 columns")]
    [InlineData("user=1,item=2,t=3", "8,1\n", "--columns t=3: the first line has 2 columns")]
    [InlineData("user=1,item=1,t=3", "8,1,100\n", "column 1 cannot be user and item at once")]
    public void Columns_that_are_not_there_are_refused(string columns, string text, string why) =>
        Assert.Contains(
            why, _reading.Refusal(text, new TrafficOptions { Columns = ColumnChoice.Parse(columns) }), StringComparison.Ordinal);

    [Fact]
    public void A_row_that_is_no_request_must_still_be_a_row()
    {
        var options = new TrafficOptions { Behaviors = new HashSet<string>(["buy"], StringComparer.Ordinal) };
        var (reader, bad) = _reading.Read(options, _reading.File("a.csv", "user,item,action,t\n8,1,buy,1511658000\n8,1,view,15"));
        Assert.Equal((1, 1L), (reader.Arrivals.Count, bad.Count));
    }

    [Fact]
    public void Which_columns_were_taken_is_told_but_for_the_usual_ones()
    {
        var (reader, _) = _reading.Read(
            _reading.File("a.csv", "row,t,user,item\n1,100,8,1\n"), _reading.File("b.csv", "buyer,price,item,event_time\n9,5,1,200\n"));
        Assert.Equal("b.csv: user = buyer, item = item, t = event_time", Assert.Single(reader.Notes));
    }

    [Fact]
    public void Rows_with_more_or_fewer_columns_than_the_header_are_bad()
    {
        var (reader, bad) = _reading.Read(_reading.File("a.csv", "user,item,t\n8,1,100\n8,1\n8,1,100,\n\n9,1,200\n"));
        Assert.Equal("1@100:8>1 2@200:9>1", _reading.Sent(reader));
        Assert.Equal(["a.csv:3: 2 columns; the header has 3", "a.csv:4: 4 columns; the header has 3"], bad.First);
    }

    [Theory]
    [InlineData("behavior", "--behaviors says nothing to a.csv")]
    [InlineData("category", "--item category says nothing to a.csv")]
    public void Options_for_columns_that_a_file_has_not_are_refused(string column, string why) =>
        Assert.StartsWith(
            why,
            _reading.Refusal("user,item,t\n8,1,100\n", column is "behavior" ? new TrafficOptions
            {
                Behaviors =
                new HashSet<string>(["buy"], StringComparer.Ordinal)
            } : new TrafficOptions { ByCategory = true }),
            StringComparison.Ordinal);

    [Fact]
    public void Behaviors_of_any_table_are_chosen_by_their_words_and_the_category_stands_for_the_item()
    {
        const string Text = "user,item,cat,action,t,category_id\n8,1,x,view,100,50\n9,2,x,purchase,200,50\n";
        var options = new TrafficOptions { Behaviors = new HashSet<string>(["purchase"], StringComparer.Ordinal), ByCategory = true };
        Assert.Equal("1@200:9>50", _reading.Sent(Text, options));
        Assert.Contains(
            "none of its 2 rows has a behavior that --behaviors asks for; there are view, purchase",
            _reading.Refusal(Text, options with { Behaviors = new HashSet<string>(["buy"], StringComparer.Ordinal) }),
            StringComparison.Ordinal);
    }
}
