using Matching.Core;
using Matching.Host.Run.Campaigns;

namespace Matching.Host.Run;

/// <summary>What kind of engine call a line asks for.</summary>
internal enum Verb : byte
{
    /// <summary>Not a request: the reply is there already.</summary>
    None,

    /// <summary>A command of the core; its operation says which.</summary>
    Command,

    /// <summary>Somebody looked at an item: noted as it is read.</summary>
    View,

    Order,
    Team,
    OpenTeams,
    OrdersOf,
    RefundsOwed,
    Counts,

    /// <summary>About campaigns; a barrier.</summary>
    Control,

    /// <summary>A move of the clock; a barrier.</summary>
    Advance,
}

/// <summary>One line, understood and checked. The reads use the command's item, order, team and buyer.</summary>
internal struct Request
{
    /// <summary>What is asked.</summary>
    public Verb Verb;

    /// <summary>counts: of this campaign; 0 for none.</summary>
    public long Campaign;

    /// <summary>counts: of this merchant; 0 for none.</summary>
    public long Merchant;

    /// <summary>What a line about campaigns asks; null for any other.</summary>
    public ControlLine? Control;

    /// <summary>The command, or the keys of a read.</summary>
    public Command Command;

    /// <summary>Lists: at most so many entries.</summary>
    public int Take;

    /// <summary>ordersOf: the last order of the page before.</summary>
    public long After;

    /// <summary>ordersOf: that order's item.</summary>
    public long AfterItem;

    /// <summary>view: who looked; the item and where he came from are the command's.</summary>
    public long Viewer;

    /// <summary>view: when, in ms since 1970; 0 for now.</summary>
    public long At;

    /// <summary>advance: the time to go to, in ms since 1970.</summary>
    public long To;
}
