using System.Globalization;
using Matching.Core;
using Matching.Storefront.Accounts;

namespace Matching.Storefront.Shop;

/// <summary>Who knows of an invite-only team (R2): its members, and whoever has its link.</summary>
internal static class Invitation
{
    /// <summary>Whether the team exists for who asks.</summary>
    /// <param name="team">The team.</param>
    /// <param name="who">Null for somebody not signed in.</param>
    /// <param name="invite">What he shows; 0 for nothing.</param>
    public static bool Knows(TeamView team, Caller? who, long invite) =>
        team.Invite == 0 || team.Invite == invite || (who is { Role: ShopRoles.Buyer } && team.Members.Contains(who.Id));

    /// <summary>The path of the team's page, which invites whoever opens it.</summary>
    public static string PathOf(TeamView team)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"/item/{team.Item}/team/{team.Team}");
        return team.Invite == 0 ? path : string.Create(CultureInfo.InvariantCulture, $"{path}?invite={team.Invite}");
    }
}
