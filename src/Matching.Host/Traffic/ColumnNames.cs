namespace Matching.Host.Traffic;

/// <summary>What a column of a recorded file can be.</summary>
internal enum Column
{
    /// <summary>Who asks.</summary>
    User,

    /// <summary>For what.</summary>
    Item,

    /// <summary>When.</summary>
    Time,

    /// <summary>The request's number, which becomes the order's id (R35). Without it, requests are numbered as they come.</summary>
    Row,

    /// <summary>What the item belongs to; can stand for it.</summary>
    Category,

    /// <summary>What was done: looked at, bought, …; some of it can be left out.</summary>
    Behavior,
}

/// <summary>
/// The words for columns: on the command line, and in the headers of files, where case, blanks and punctuation do not count.
/// </summary>
internal static class ColumnNames
{
    /// <summary>How many kinds of columns there are.</summary>
    public const int Count = 6;

    private static readonly string[][] Usual =
    [
        ["user", "userid", "uid", "buyer", "buyerid", "customer", "customerid", "visitor", "visitorid", "member", "memberid",
            "client", "clientid", "household", "householdid", "用户", "用户id", "买家", "买家id", "会员", "会员id"],
        ["item", "itemid", "product", "productid", "goods", "goodsid", "article", "articleid", "stockcode", "商品", "商品id", "宝贝", "宝贝id"],
        ["t", "ts", "time", "timestamp", "datetime", "eventtime", "eventtimestamp", "requesttime", "ordertime", "orderdate", "invoicedate",
            "createdat", "createtime", "transactiontimestamp", "transactiontime", "时间", "时间戳", "下单时间"],
        ["row", "rowid", "rownumber"],
        ["category", "categoryid", "itemcategory", "类目", "类目id"],
        ["behavior", "behaviour", "behaviortype", "behaviourtype", "action", "actiontype", "event", "eventtype", "行为"],
    ];

    /// <summary>The words of <see cref="Column"/>, in its order, as <c>--columns</c> takes them.</summary>
    public static string[] Words { get; } = ["user", "item", "t", "row", "category", "behavior"];

    /// <summary>The header that <c>generate</c> writes.</summary>
    public static ReadOnlySpan<byte> RequestsHeader => "row,t,user,item"u8;

    /// <summary>The word of a column.</summary>
    public static string WordOf(Column column) => Words[(int)column];

    /// <summary>The names, in their plain form, by which a column is known without being named.</summary>
    public static IReadOnlyList<string> UsualOf(Column column) => Usual[(int)column];

    /// <summary>A name as names are compared: letters and digits alone, without case.</summary>
    public static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}
