using System.Net;
using System.Net.Http.Json;
using Matching.Storefront.Accounts;
using Matching.Storefront.Tests.Shop;

namespace Matching.Storefront.Tests.Api;

/// <summary>Signing in, cookies, antiforgery, languages, headers: what a browser meets.</summary>
public sealed class PeopleTests(OpenDemoShop open) : IClassFixture<OpenDemoShop>
{
    [Fact]
    public async Task The_demo_sign_in_is_off_outside_Development_even_when_configured()
    {
        await using RunningShop shop = await RunningShop.StartAsync(ShopPages.WithDemo, "Production");
        using HttpClient browser = shop.Browser();
        string page = await browser.GetStringAsync(new Uri("/sign-in", UriKind.Relative));
        using HttpResponseMessage forced = await browser.SubmitAsync("/account/sign-in", ShopPages.TokenOf(page), ("person", "operator"));

        Assert.DoesNotContain("person-operator", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, forced.StatusCode);
        using HttpResponseMessage closed = await browser.GetAsync(new Uri("/operator", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Redirect, closed.StatusCode);
    }

    [Fact]
    public async Task Somebody_signed_in_sees_the_pages_of_his_role_and_no_others()
    {
        await using RunningShop shop = await ShopPages.OpenWithDemoAsync();
        using HttpClient browser = await shop.SignedInAsync("lin");

        using HttpResponseMessage own = await browser.GetAsync(new Uri("/orders", UriKind.Relative));
        using HttpResponseMessage merchants = await browser.GetAsync(new Uri("/merchant", UriKind.Relative));
        using HttpResponseMessage operators = await browser.GetAsync(new Uri("/operator", UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, merchants.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, operators.StatusCode);
        Assert.Contains("data-code=\"403\"", await merchants.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_without_its_antiforgery_token_changes_nothing()
    {
        await using RunningShop shop = await ShopPages.OpenWithDemoAsync();
        using HttpClient browser = await shop.SignedInAsync("lin");
        ulong before = await shop.Engine.StateHashAsync();

        using HttpResponseMessage form = await browser.SubmitAsync("/do/hold", null, ("item", "101"), ("order", "5"));
        using HttpResponseMessage api = await browser.PostAsJsonAsync("/api/items/101/orders/5/hold", new { });

        Assert.Equal(HttpStatusCode.BadRequest, form.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, api.StatusCode);
        Assert.Equal("NoAntiforgeryToken", (await ShopCalls.HeardAsync(api)).Text("title"));
        Assert.Equal(before, await shop.Engine.StateHashAsync());
    }

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/account/sign-in")]
    [InlineData("/do/hold")]
    public async Task A_form_without_its_token_is_refused_in_the_shops_words(string path)
    {
        RunningShop shop = open.Shop;
        using HttpClient browser = await shop.SignedInAsync("lin");
        browser.DefaultRequestHeaders.Accept.Clear();
        using var form = new FormUrlEncodedContent([new("person", "may")]);

        Heard heard = await ShopCalls.HeardAsync(await browser.PostAsync(new Uri(path, UriKind.Relative), form));

        Assert.Equal(
            (HttpStatusCode.BadRequest, "the form came without its antiforgery token, or with an old one: load its page again"),
            (heard.Status, heard.Text("detail")));
    }

    [Fact]
    public async Task With_its_token_a_cookie_may_use_the_api()
    {
        await using RunningShop shop = await ShopPages.OpenWithDemoAsync();
        using HttpClient browser = await shop.SignedInAsync("lin");
        string? token = await browser.GetFromJsonAsync<string>("/api/antiforgery");
        browser.DefaultRequestHeaders.Add("X-XSRF-TOKEN", token);

        Heard heard = await browser.AskAsync(ShopCalls.Of(5, "hold"), new { });

        Assert.Equal("Held", heard.Text("outcome"));
    }

    [Fact]
    public async Task Sign_in_sends_the_browser_only_to_addresses_of_the_shop()
    {
        await using RunningShop shop = await ShopPages.OpenWithDemoAsync();
        foreach (string evil in (string[])["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"])
        {
            using HttpClient browser = shop.Browser();
            string token = ShopPages.TokenOf(await browser.GetStringAsync(new Uri("/sign-in", UriKind.Relative)));
            using HttpResponseMessage response = await browser.SubmitAsync("/account/sign-in", token, ("person", "lin"), ("back", evil));
            Assert.Equal("/", response.Headers.Location?.OriginalString);
        }
    }

    [Fact]
    public async Task Pages_speak_the_language_asked_for()
    {
        await using RunningShop shop = await RunningShop.StartAsync();
        using HttpClient browser = shop.Browser();
        string chinese = await browser.GetStringAsync(new Uri("/item/101", UriKind.Relative));
        using HttpResponseMessage switched =
            await browser.SubmitAsync("/account/language", ShopPages.TokenOf(chinese), ("to", "en"), ("back", "/item/101"));
        string english = await browser.GetStringAsync(switched.Headers.Location);

        Assert.Contains("单独购买", WebUtility.HtmlDecode(chinese), StringComparison.Ordinal);
        Assert.Contains("Buy alone", english, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Both_languages_have_every_word()
    {
        var words = new System.Resources.ResourceManager("Matching.Storefront.Resources.Texts", typeof(Texts).Assembly);
        var english = words.GetResourceSet(System.Globalization.CultureInfo.InvariantCulture, true, false)!;
        var chinese = words.GetResourceSet(System.Globalization.CultureInfo.GetCultureInfo("zh"), true, false)!;
        string[] Keys(System.Resources.ResourceSet set) =>
            [.. set.Cast<System.Collections.DictionaryEntry>().Select(entry => (string)entry.Key).Order(StringComparer.Ordinal)];

        Assert.Equal(Keys(english), Keys(chinese));
        foreach (Core.Outcome outcome in Enum.GetValues<Core.Outcome>().Where(outcome => outcome != Core.Outcome.None))
        {
            Assert.True(english.GetString((int)outcome >= 32 ? "No" + outcome : "Ok" + outcome) is not null, $"no words for {outcome}");
        }

        await Task.CompletedTask;
    }

    [Fact]
    public async Task Pages_carry_the_security_headers_and_nothing_about_the_server()
    {
        await using RunningShop shop = await RunningShop.StartAsync();
        using HttpClient browser = shop.Browser();
        using HttpResponseMessage page = await browser.GetAsync(new Uri("/", UriKind.Relative));

        string policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("script-src 'self' 'unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", page.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("DENY", page.Headers.GetValues("X-Frame-Options").Single());
        Assert.False(page.Headers.Contains("Server"));
    }

    [Fact]
    public async Task A_stranger_who_opens_a_closed_page_is_sent_to_sign_in_and_back()
    {
        await using RunningShop shop = await RunningShop.StartAsync();
        using HttpClient browser = shop.Browser();
        using HttpResponseMessage page = await browser.GetAsync(new Uri("/orders", UriKind.Relative));

        Assert.Equal(HttpStatusCode.Redirect, page.StatusCode);
        Assert.EndsWith("/sign-in?back=%2Forders", page.Headers.Location?.OriginalString, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/item/999")]
    [InlineData("/item/0")]
    [InlineData("/item/-101")]
    [InlineData("/item/99999999999999999999")]
    [InlineData("/item/101/team/1024")]
    [InlineData("/nowhere")]
    [InlineData("/pay/101/7777", "lin")]
    [InlineData("/pay/999/7777", "lin")]
    [InlineData("/buy/999/7777", "lin")]
    [InlineData("/operator/nowhere", "operator")]
    public async Task What_is_not_there_is_a_page_that_says_so(string path, string? person = null)
    {
        RunningShop shop = open.Shop;
        using HttpClient browser = person is null ? shop.Browser() : await shop.SignedInAsync(person);

        using HttpResponseMessage page = await browser.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        string text = await page.Content.ReadAsStringAsync();
        Assert.Contains("data-code=\"404\"", text, StringComparison.Ordinal);
        Assert.Contains("<html lang=\"zh\">", text, StringComparison.Ordinal);
    }

    /// <summary>The pages' script never sees an id as a number: it travels as the text of a field or an address.</summary>
    [Fact]
    public async Task Pages_and_forms_carry_the_largest_ids_as_they_are()
    {
        const string Order = "9223372036854775807";
        await using RunningShop shop = await ShopPages.OpenWithDemoAsync();
        using HttpClient browser = await shop.SignedInAsync("lin");
        string item = await browser.GetStringAsync(new Uri("/item/101", UriKind.Relative));
        using HttpResponseMessage held =
            await browser.SubmitAsync("/do/hold", ShopPages.TokenOf(item), ("item", "101"), ("order", Order), ("open", "true"));
        string pay = await browser.GetStringAsync(held.Headers.Location);
        using HttpResponseMessage paid = await browser.SubmitAsync("/do/pay", ShopPages.TokenOf(pay), ("item", "101"), ("order", Order));
        string orders = await browser.GetStringAsync(new Uri("/orders", UriKind.Relative));

        Assert.Equal($"/pay/101/{Order}", held.Headers.Location?.OriginalString);
        Assert.Contains($"name=\"order\" value=\"{Order}\"", pay, StringComparison.Ordinal);
        Assert.Equal($"/pay/101/{Order}", paid.Headers.Location?.OriginalString);
        Assert.Contains($"data-order=\"{Order}\"", orders, StringComparison.Ordinal);
        Assert.Equal(Matching.Core.OrderState.Waiting, (await shop.Engine.FindOrderAsync(101, long.MaxValue))?.State);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_for_every_copy_of_its_cookie_and_for_no_other()
    {
        await using RunningShop shop = await ShopPages.OpenWithDemoAsync();
        var cookies = new CookieContainer();
        using HttpClient lin = await shop.SignedInAsync("lin", cookies);
        using HttpClient elsewhere = await shop.SignedInAsync("lin");
        using HttpClient copy = shop.Browser(Copy(cookies));
        Assert.Equal(HttpStatusCode.OK, (await copy.ReadAsync("/orders")).Status);
        Assert.Equal(HttpStatusCode.OK, (await copy.ReadAsync("/api/orders")).Status);

        using HttpResponseMessage signedOut = await lin.SubmitFromAsync("/orders", "/account/sign-out");

        Assert.Equal(HttpStatusCode.Redirect, signedOut.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await copy.ReadAsync("/orders")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await copy.ReadAsync("/api/orders")).Status);
        Assert.Equal(HttpStatusCode.OK, (await elsewhere.ReadAsync("/orders")).Status);
    }

    [Fact]
    public async Task Signing_in_anew_ends_the_session_before_and_a_planted_one_is_not_taken_over()
    {
        await using RunningShop shop = await ShopPages.OpenWithDemoAsync();
        var cookies = new CookieContainer();
        using HttpClient browser = await shop.SignedInAsync("lin", cookies);
        using HttpClient copy = shop.Browser(Copy(cookies));

        using HttpResponseMessage again = await browser.SubmitFromAsync("/sign-in", "/account/sign-in", ("person", "operator"));

        Assert.Equal("/operator", again.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.OK, (await browser.ReadAsync("/operator")).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await copy.ReadAsync("/orders")).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await copy.ReadAsync("/operator")).Status);
    }

    [Theory]
    [InlineData("/item/101?来=自", "/item/101?%E6%9D%A5=%E8%87%AA")]
    [InlineData("/orders?a=b c", "/orders?a=b%20c")]
    [InlineData("/orders?a=b%20c", "/orders?a=b%20c")]
    public async Task An_address_to_go_back_to_is_put_as_a_header_can_carry_it(string back, string location)
    {
        RunningShop shop = open.Shop;
        using HttpClient browser = await shop.SignedInAsync("lin");
        foreach ((string path, (string, string)[] fields) in (IEnumerable<(string, (string, string)[])>)
            [
                ("/account/language", [("to", "en")]), ("/do/release", [("item", "101"), ("order", "5")]),
                    ("/do/pay", [("item", "101"), ("order", "5")]),
                ("/do/hold", [("item", "999"), ("order", "5")]), ("/account/sign-in", [("person", "lin")]), ("/account/sign-out", []),
            ])
        {
            using HttpResponseMessage response = await browser.SubmitFromAsync("/", path, [.. fields, ("back", back)]);
            Assert.Equal((path, HttpStatusCode.Redirect, location), (path, response.StatusCode, response.Headers.Location?.OriginalString));
        }
    }

    [Fact]
    public void An_address_that_is_no_text_is_still_one_a_header_can_carry() =>
        Assert.Equal("/%EF%BF%BD", LocalPath.Of("/" + (char)0xD800, "/"));

    private static CookieContainer Copy(CookieContainer cookies)
    {
        var copy = new CookieContainer();
        copy.Add(cookies.GetAllCookies());
        return copy;
    }
}
