namespace Matching.Core;

/// <content>
/// The invites of invite-only teams (R2), which are few: beside the rows, by the team's slot. A team opened before there were invites has
/// none and is entered by its id alone. Saved, in layouts 7 and 8, behind all else: how many, and for each the place of its team and the
/// invite.
/// </content>
public sealed partial class Book
{
    private readonly Dictionary<int, long> _invites = [];

    private long InviteOf(int team) => _teams[team].InviteOnly ? _invites.GetValueOrDefault(team) : 0;

    /// <summary>
    /// Whether a command that names a team may know of it. One comparison of 64 bits: how long it takes tells nothing of the invite.
    /// </summary>
    private bool IsInvited(in Command c, int team) => InviteOf(team) is var invite && (invite == 0 | invite == c.Invite);

    private void KeepInvite(int team, long invite)
    {
        if (invite != 0)
        {
            Invariant(_teams[team].InviteOnly && invite > 0, "R2: a team has an invite and is not invite-only");
            _invites.Add(team, invite);
        }
    }

    private void DropInvite(int team)
    {
        if (_teams[team].InviteOnly)
        {
            _invites.Remove(team);
        }
    }

    private bool HaveInvites(ReadOnlySpan<int> teams)
    {
        foreach (int team in teams)
        {
            if (InviteOf(team) != 0)
            {
                return true;
            }
        }

        return false;
    }

    private void SaveInvites(ReadOnlySpan<int> teams, StateWriter to)
    {
        int count = 0;
        foreach (int team in teams)
        {
            count += InviteOf(team) != 0 ? 1 : 0;
        }

        to.Put(count);
        for (int i = 0; i < teams.Length; i++)
        {
            if (InviteOf(teams[i]) is var invite and not 0)
            {
                to.Put(i + 1, invite);
            }
        }
    }

    /// <summary>Before the teams themselves are loaded: what follows is looked at with their records.</summary>
    private void LoadInvites(in LoadedRows loaded, ref StateReader from)
    {
        for (int count = from.TakeInt(); count > 0; count--)
        {
            int team = loaded.Team(from.TakeInt());
            long invite = from.Take();
            bool isOne = team != 0 && invite > 0
                && ((TeamFlags)loaded.Teams[team - loaded.FirstTeam].Flags & TeamFlags.InviteOnly) != TeamFlags.None;
            if (!isOne || !_invites.TryAdd(team, invite))
            {
                throw StateReader.Damaged();
            }
        }
    }

    private void ValidateInvites()
    {
        foreach ((int team, long invite) in _invites)
        {
            Invariant(
                team <= _teams.Count && IsTeam(team) && _teams[team].InviteOnly && invite > 0, "R2: an invite is of no invite-only team");
        }
    }
}
