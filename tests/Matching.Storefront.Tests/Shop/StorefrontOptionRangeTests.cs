using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Matching.Storefront.Tests.Shop;

/// <summary>
/// Every number among the shop's options: beyond an end it is refused by name, value and range before anything is opened; at either end the
/// shop starts.
/// </summary>
public sealed partial class StorefrontOptionRangeTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("matching-shop-options-").FullName;

    public static TheoryData<string> Numbers =>
    [
        .. typeof(StorefrontOptions).GetProperties()
            .Where(property => property.CanWrite && (property.PropertyType == typeof(int) || property.PropertyType == typeof(long)))
            .Select(property => property.Name),
    ];

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task A_number_out_of_its_range_is_refused_before_the_directory_is_touched(string name)
    {
        (long least, long most) = await RangeOf(name, -1);
        Assert.Equal((least, most), await RangeOf(name, least - 1));
        Assert.Equal((least, most), await RangeOf(name, most + 1));
        foreach (long end in (long[])[least, most])
        {
            await using RunningShop shop = await RunningShop.StartAsync([Setting(name, end)]);
        }
    }

    private async Task<(long Least, long Most)> RangeOf(string name, long value)
    {
        string journal = Path.Combine(_root, "journal");
        OptionsValidationException e = await Assert.ThrowsAsync<OptionsValidationException>(
            () => RunningShop.StartAsync([new("Matching:DataDirectory", journal), Setting(name, value)]));
        Assert.False(Directory.Exists(journal));
        string said = string.Create(CultureInfo.InvariantCulture, $"Storefront:{name} is {value}; it must be ");
        Assert.Contains(said, e.Message, StringComparison.Ordinal);
        Match range = Range().Match(e.Message[(e.Message.IndexOf(said, StringComparison.Ordinal) + said.Length)..]);
        return (long.Parse(range.Groups["least"].Value, CultureInfo.InvariantCulture),
            long.Parse(range.Groups["most"].Value, CultureInfo.InvariantCulture));
    }

    private static KeyValuePair<string, string?> Setting(string name, long value) =>
        new("Storefront:" + name, value.ToString(CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^(?<least>-?\d+) … (?<most>\d+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Range();
}
