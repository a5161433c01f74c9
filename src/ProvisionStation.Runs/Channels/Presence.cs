namespace ProvisionStation.Runs.Channels;

/// <summary>What a look at a slot found.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="FlashId">The unit's flash id; null where not readable.</param>
/// <param name="RfSha256">Hash of its RF sector; null where not readable.</param>
/// <param name="DrawsCurrent">True where nothing answered but current flowed: a unit whose loader was missed, so that its application began to boot.</param>
internal sealed record Presence(PresenceKind Kind, uint? FlashId, string? RfSha256, bool DrawsCurrent = false);

/// <summary>What a look at a slot found.</summary>
internal enum PresenceKind
{
    /// <summary>Nothing answers.</summary>
    Empty,

    /// <summary>A unit answers.</summary>
    Unit,

    /// <summary>Something is there, but it cannot be told what: noise, or a unit that falls silent.</summary>
    Unreadable,

    /// <summary>So much current flowed that power was cut.</summary>
    Shorted,
}
