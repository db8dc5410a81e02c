using Matching.Structures;

namespace Matching.Core.Campaigns;

/// <summary>
/// The live activities of every chat group (R18): campaigns, and what the storefront registered. The card on top is of the kind that
/// comes first in the rule's list; among several of that kind, the one that was listed first, so that a card doesn't jump.
/// </summary>
internal sealed partial class ChatGroups
{
    private readonly SortedDictionary<long, List<Activity>> _byChat = [];
    private readonly Dictionary<long, SortedSet<long>> _chatsOfCampaign = [];
    private readonly SortedSet<(long EndMs, long Chat, ActivityKind Kind, long Id)> _ends = [];

    /// <summary>The next end that comes by time alone; long.MaxValue when there is none.</summary>
    public long NextEndMs => _ends.Count == 0 ? long.MaxValue : _ends.Min.EndMs;

    /// <summary>The activity that ends then.</summary>
    public (long Chat, Activity Activity) NextToEnd => (_ends.Min.Chat, Find(_ends.Min.Chat, _ends.Min.Kind, _ends.Min.Id)!);

    /// <summary>The live activities of a chat group, by time of listing.</summary>
    public IReadOnlyList<Activity> Of(long chat) => _byChat.TryGetValue(chat, out List<Activity>? live) ? live : [];

    /// <summary>
    /// The one card shown on top, of what is in effect: campaigns may not be, all else is while it is live. Null where there is none.
    /// </summary>
    public Activity? Top(long chat, Func<long, bool> hasEffect) =>
        Of(chat).Where(activity => activity.Kind != ActivityKind.GroupBuy || hasEffect(activity.Id)).MinBy(activity => activity.Kind);

    /// <summary>A live activity of a chat group; null where it carries none such.</summary>
    public Activity? Find(long chat, ActivityKind kind, long id) =>
        Of(chat).FirstOrDefault(activity => activity.Kind == kind && activity.Id == id);

    /// <summary>Whether an activity may be listed.</summary>
    public Refusal? CheckList(long chat, Activity activity, int maxLive)
    {
        if (Find(chat, activity.Kind, activity.Id) is not null)
        {
            return new Refusal(ControlOutcome.AlreadyListed, 18, $"chat {chat} carries {activity.Kind} {activity.Id} already (R18)");
        }

        int live = Of(chat).Count;
        return live < maxLive ? null : new Refusal(
            ControlOutcome.LimitReached, 18,
            $"chat {chat} carries {live} live activities; at most {maxLive} are allowed, one must end or be withdrawn first (R18)");
    }

    /// <summary>Whether an activity may be withdrawn.</summary>
    public Refusal? CheckWithdraw(long chat, Activity activity) => Find(chat, activity.Kind, activity.Id) is not null
        ? null
        : new Refusal(ControlOutcome.UnknownActivity, 18, $"chat {chat} carries no live {activity.Kind} {activity.Id} (R18)");

    /// <summary>Lists one.</summary>
    public void List(long chat, Activity activity)
    {
        if (!_byChat.TryGetValue(chat, out List<Activity>? live))
        {
            _byChat.Add(chat, live = []);
        }

        live.Add(activity);
        if (activity.Kind == ActivityKind.GroupBuy)
        {
            if (!_chatsOfCampaign.TryGetValue(activity.Id, out SortedSet<long>? chats))
            {
                _chatsOfCampaign.Add(activity.Id, chats = []);
            }

            chats.Add(chat);
        }
        else if (activity.EndMs != 0)
        {
            _ends.Add((activity.EndMs, chat, activity.Kind, activity.Id));
        }
    }

    /// <summary>Takes one off; its place is free.</summary>
    public void TakeOff(long chat, ActivityKind kind, long id)
    {
        Activity activity = Find(chat, kind, id)
            ?? throw new InvariantException($"chat {chat} should carry {kind} {id}");
        List<Activity> live = _byChat[chat];
        live.Remove(activity);
        if (live.Count == 0)
        {
            _byChat.Remove(chat);
        }

        _ends.Remove((activity.EndMs, chat, kind, id));
        if (kind == ActivityKind.GroupBuy && _chatsOfCampaign[id].Remove(chat) && _chatsOfCampaign[id].Count == 0)
        {
            _chatsOfCampaign.Remove(id);
        }
    }

    /// <summary>An ended campaign frees its places.</summary>
    public void CampaignEnded(long campaign)
    {
        if (_chatsOfCampaign.TryGetValue(campaign, out SortedSet<long>? chats))
        {
            foreach (long chat in chats.ToArray())
            {
                TakeOff(chat, ActivityKind.GroupBuy, campaign);
            }
        }
    }

    /// <summary>Adds this part of the state to a hash; the place in a list is part of it.</summary>
    public void AddTo(ref StateHash hash)
    {
        foreach ((long chat, List<Activity> live) in _byChat)
        {
            for (int place = 0; place < live.Count; place++)
            {
                hash.Add('A', chat, place, (long)live[place].Kind, live[place].Id, live[place].EndMs);
            }
        }
    }

    /// <summary>Checks that lists, ends and the campaigns' chats tell the same.</summary>
    public void Validate(Func<long, bool> isLive)
    {
        int ends = 0;
        int campaigns = 0;
        foreach ((long chat, List<Activity> live) in _byChat)
        {
            Invariant.Holds(live.Count > 0, $"chat {chat} is kept empty");
            foreach (Activity activity in live)
            {
                Invariant.Holds(live.Count(other => other.Kind == activity.Kind && other.Id == activity.Id) == 1,
                    $"chat {chat} carries {activity} twice");
                if (activity.Kind == ActivityKind.GroupBuy)
                {
                    campaigns++;
                    Invariant.Holds(isLive(activity.Id), $"chat {chat} carries campaign {activity.Id}, which is not live (R18)");
                    Invariant.Holds(_chatsOfCampaign.TryGetValue(activity.Id, out SortedSet<long>? chats) && chats.Contains(chat),
                        $"campaign {activity.Id} forgot chat {chat}");
                }
                else if (activity.EndMs != 0)
                {
                    ends++;
                    Invariant.Holds(_ends.Contains((activity.EndMs, chat, activity.Kind, activity.Id)),
                        $"chat {chat}: {activity} would never end");
                }
            }
        }

        Invariant.Holds(ends == _ends.Count, "an activity that is not listed waits for its end");
        Invariant.Holds(campaigns == _chatsOfCampaign.Values.Sum(chats => chats.Count),
            "a campaign remembers a chat that does not carry it");
    }
}
