using System.Globalization;
using System.Reflection;

namespace Matching.Storage.Tests;

/// <summary>
/// The options of the journal and the ledger: a size that cannot be is refused by name, value and range, and no directory is made.
/// </summary>
public sealed class OptionRangeTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("matching-options-").FullName;

    public static TheoryData<Type, string> Sizes
    {
        get
        {
            var sizes = new TheoryData<Type, string>();
            foreach (Type options in (Type[])[typeof(JournalOptions), typeof(LedgerOptions)])
            {
                foreach (PropertyInfo property in options.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                    .Where(property => property.PropertyType == typeof(long)))
                {
                    sizes.Add(options, property.Name);
                }
            }

            return sizes;
        }
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_size_out_of_its_range_is_refused_before_anything_is_made(Type options, string name)
    {
        foreach (long size in (long[])[long.MinValue, 0, 4_097, long.MaxValue - 4_095, 1L << 62])
        {
            string directory = Path.Combine(_root, "data");
            object set = Activator.CreateInstance(options)!;
            options.GetProperty("Directory")!.SetValue(set, directory);
            options.GetProperty(name)!.SetValue(set, size);
            Exception e = Assert.ThrowsAny<Exception>(
                () => set is JournalOptions journal ? (IDisposable)SegmentJournal.Open(journal) : OrderLedger.Create((LedgerOptions)set));
            Assert.True(e is JournalException or ArgumentException, e.ToString());
            Assert.Contains(
                string.Create(CultureInfo.InvariantCulture, $"{name} is {size}; it must be a "), e.Message, StringComparison.Ordinal);
            Assert.Matches(@" from \d+ to \d+", e.Message);
            Assert.False(Directory.Exists(directory));
        }
    }
}
