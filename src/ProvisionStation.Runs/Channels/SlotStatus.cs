namespace ProvisionStation.Runs.Channels;

/// <summary>What a slot is doing at this moment; for people who watch, never for a record.</summary>
/// <param name="Slot">The slot's number.</param>
/// <param name="Phase">What it is doing.</param>
/// <param name="Text">The step's name, the verdict with its reason, or what is wrong with the slot.</param>
/// <param name="Mac">The unit's MAC, as far as it is known.</param>
/// <param name="DoneBytes">Bytes done in this step; 0 where it counts none.</param>
/// <param name="TotalBytes">Bytes in all; 0 where it counts none.</param>
/// <param name="BytesPerSecond">Rate since the step began; 0 where unknown.</param>
/// <param name="Since">When the phase began, UTC.</param>
public sealed record SlotStatus(
    int Slot, SlotPhase Phase, string Text, string? Mac, long DoneBytes, long TotalBytes, double BytesPerSecond, DateTimeOffset Since)
{
    /// <summary>How long the step still takes at this rate; null where that cannot be told.</summary>
    public TimeSpan? Remaining => BytesPerSecond <= 0 || TotalBytes == 0 ? null : TimeSpan.FromSeconds((TotalBytes - DoneBytes) / BytesPerSecond);

    /// <summary>0 to 100; null where the step counts no bytes.</summary>
    public int? Percent => TotalBytes == 0 ? null : (int)(DoneBytes * 100 / TotalBytes);
}

/// <summary>What a slot is doing.</summary>
public enum SlotPhase
{
    /// <summary>Its wires are being opened.</summary>
    Opening,

    /// <summary>No unit answers; it is looked at every few seconds.</summary>
    Empty,

    /// <summary>Something draws current when it is looked at, but does not answer.</summary>
    Silent,

    /// <summary>A run is in progress.</summary>
    Working,

    /// <summary>A verdict stands; the slot is off and can be opened.</summary>
    Done,

    /// <summary>Its bench is at fault.</summary>
    Fault,

    /// <summary>Power was cut for too much current: off until the station is started again.</summary>
    Latched,
}
