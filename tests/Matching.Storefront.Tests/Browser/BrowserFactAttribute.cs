namespace Matching.Storefront.Tests.Browser;

/// <summary>
/// A test that needs a browser. Without one it is skipped, and says so; with MATCHING_REQUIRE_BROWSER=1 it fails instead.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        if (!File.Exists(Path) && Environment.GetEnvironmentVariable("MATCHING_REQUIRE_BROWSER") != "1")
        {
            Skip = $"there is no browser at {Path}: apt-get install chromium, or name one in MATCHING_CHROMIUM";
        }
    }

    /// <summary>Debian's chromium, or what MATCHING_CHROMIUM names.</summary>
    public static string Path => Environment.GetEnvironmentVariable("MATCHING_CHROMIUM") ?? "/usr/bin/chromium";
}
