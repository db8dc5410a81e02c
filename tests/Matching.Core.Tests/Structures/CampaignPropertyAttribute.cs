using FsCheck.Xunit;
using Matching.Kit;

namespace Matching.Core.Tests.Structures;

/// <summary>
/// A property of as many runs as the environment says: the campaign's programs (<see cref="Campaign.Programs"/>), divided.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CampaignPropertyAttribute : PropertyAttribute
{
    public CampaignPropertyAttribute(int share) => MaxTest = Math.Max(1, Campaign.Programs / share);
}
