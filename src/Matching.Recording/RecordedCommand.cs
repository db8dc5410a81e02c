using Matching.Core;
using Matching.Core.Campaigns;

namespace Matching.Recording;

/// <summary>One command as it was recorded: an item's, or one about campaigns.</summary>
public record struct RecordedCommand
{
    /// <summary>
    /// What was asked. <see cref="Command.At"/> is the time of the decision, in ms since 1970: the shard's clock when it took the command.
    /// Of a campaign command that time alone.
    /// </summary>
    public Command Command { get; set; }

    /// <summary>The answer given; of a campaign command, nothing.</summary>
    public Answer Answer { get; set; }

    /// <summary>
    /// A command about merchants, campaigns, promotions, chat groups or venues, with the time of its decision; null for an item's.
    /// </summary>
    public ControlCommand? Campaign { get; set; }

    /// <summary>Its answer, without the reason in words.</summary>
    public ControlAnswer CampaignAnswer { get; set; }

    /// <summary>The shard that decided it; 0 for a campaign command.</summary>
    public int Shard { get; set; }

    /// <summary>Commands of the sitting that are missing before this one in the file: the recorder could not keep up.</summary>
    public long DroppedBefore { get; set; }
}
