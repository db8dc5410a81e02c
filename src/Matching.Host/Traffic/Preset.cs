namespace Matching.Host.Traffic;

/// <summary>
/// How a well-known data set is laid out: the names of its columns, the words of its behaviors, and what of it is no request.
/// </summary>
internal sealed record Preset
{
    /// <summary>Headers by <see cref="Column"/>, in plain form, the best first. Columns without any go by their usual names.</summary>
    private readonly Dictionary<Column, string[]> _names = [];

    private Preset(string name) => Name = name;

    /// <summary>The presets by name.</summary>
    public static IReadOnlyDictionary<string, Preset> All { get; } = Make().ToDictionary(preset => preset.Name, StringComparer.Ordinal);

    /// <summary>Usual names and no more.</summary>
    public static Preset None { get; } = new("");

    /// <summary>
    /// Taobao UserBehavior, which has no header: <c>user,item,category,behavior,epoch seconds</c>. The one preset that a file is taken
    /// for unasked.
    /// </summary>
    public static Preset Taobao => All["taobao"];

    /// <summary>The word for it.</summary>
    public string Name { get; }

    /// <summary>Where the columns are, from 0, in a file without a header; null where the set has one.</summary>
    public IReadOnlyDictionary<Column, int>? WithoutHeader { get; private init; }

    /// <summary>How many columns such a file has.</summary>
    public int Columns { get; private init; }

    /// <summary>The words of the behavior column and the name each goes by; none where any word is taken as it stands.</summary>
    public IReadOnlyList<(string Word, string Name)> Behaviors { get; private init; } = [];

    /// <summary>A behavior is told by what its field begins with, the first that fits.</summary>
    public bool BehaviorsByPrefix { get; private init; }

    /// <summary>The behaviors taken when nothing is said; none for all.</summary>
    public IReadOnlyList<string> TakenBehaviors { get; private init; } = [];

    /// <summary>A row without a user is no request, and nothing is wrong with it.</summary>
    public bool PassesRowsWithoutUser { get; private init; }

    /// <summary>Users, items and categories are all numbers: anything else is a line cut short.</summary>
    public bool HasNumbersOnly { get; private init; }

    /// <summary>Times are seconds since 1970 of ten digits: fewer are a line cut short. Otherwise they are told from the file.</summary>
    public bool HasTenDigitSeconds { get; private init; }

    /// <summary>The headers of a column, in plain form; those it usually has where the set says nothing.</summary>
    public IReadOnlyList<string>? NamesOf(Column column) => _names.GetValueOrDefault(column);

    private static IEnumerable<Preset> Make()
    {
        yield return new Preset("taobao")
        {
            WithoutHeader = new Dictionary<Column, int>
            {
                [Column.User] = 0,
                [Column.Item] = 1,
                [Column.Category] = 2,
                [Column.Behavior] = 3,
                [Column.Time] = 4,
            },
            Columns = 5,
            Behaviors = [("pv", "pv"), ("cart", "cart"), ("fav", "fav"), ("buy", "buy")],
            HasNumbersOnly = true,
            HasTenDigitSeconds = true,
        };

        // The Tianchi mobile set: user_id,item_id,behavior_type,user_geohash,item_category,time (2014-12-08 18).
        yield return new Preset("tianchi") { Behaviors = [("1", "pv"), ("2", "fav"), ("3", "cart"), ("4", "buy")] };
        yield return new Preset("rees46")
        {
            Behaviors = [("view", "view"), ("cart", "cart"), ("remove_from_cart", "remove_from_cart"), ("purchase", "purchase")],
            TakenBehaviors = ["view", "cart", "purchase"],
        };

        // Its orders have a customer each, so that in the table of their items the order stands for him; joined tables have more.
        yield return new Preset("olist")
        {
            _names =
            {
                [Column.User] = ["customeruniqueid", "customerid", "orderid"],
                [Column.Item] = ["productid"],
                [Column.Time] = ["orderpurchasetimestamp", "shippinglimitdate"],
            },
        };

        // Online Retail: an invoice that begins with C cancels one, with A adjusts a debt.
        yield return new Preset("uci")
        {
            _names =
            {
                [Column.User] = ["customerid"],
                [Column.Item] = ["stockcode"],
                [Column.Time] = ["invoicedate"],
                [Column.Behavior] = ["invoiceno", "invoice"],
            },
            Behaviors = [("C", "cancel"), ("A", "adjust"), ("", "buy")],
            BehaviorsByPrefix = true,
            TakenBehaviors = ["buy"],
            PassesRowsWithoutUser = true,
        };

        // ratings.csv has a header; u.data (tabs) and ratings.dat (::) have none.
        yield return new Preset("movielens")
        {
            _names = { [Column.Item] = ["movieid"] },
            WithoutHeader = new Dictionary<Column, int> { [Column.User] = 0, [Column.Item] = 1, [Column.Time] = 3 },
            Columns = 4,
        };
    }
}
