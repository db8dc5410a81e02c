using Matching.Storefront.Accounts;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Matching.Storefront.Components.Parts;

/// <summary>
/// A page that knows who looks at it. It is made on the server for each request; the browser asks again when something changed.
/// </summary>
public abstract class ShopPage : ComponentBase
{
    [CascadingParameter]
    public Task<AuthenticationState>? Authentication { get; set; }

    [CascadingParameter]
    public HttpContext? Http { get; set; }

    /// <summary>Null for somebody not signed in.</summary>
    protected Caller? Me { get; private set; }

    /// <summary>Whoever may buy, or could after signing in.</summary>
    protected bool MayBuy => Me is null || Me.Role == ShopRoles.Buyer;

    protected override async Task OnInitializedAsync()
    {
        Me = Authentication is null ? null : Caller.Of((await Authentication).User);
        await LoadAsync();
        if (!Found && Http is { Response.HasStarted: false })
        {
            Http.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    /// <summary>False when there is no such page: the status says so too.</summary>
    protected virtual bool Found => true;

    /// <summary>Reads what the page shows.</summary>
    protected abstract Task LoadAsync();
}
