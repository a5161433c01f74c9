namespace ProvisionStation.Records.Journal;

/// <summary>The latest run of another unit that was seen with the same MAC.</summary>
/// <param name="Unit">That unit's id.</param>
/// <param name="Run">The run.</param>
/// <param name="Lot">Its lot.</param>
/// <param name="Jig">Its jig.</param>
/// <param name="Slot">Its slot.</param>
/// <param name="StartedAt">When it began, UTC.</param>
/// <param name="Marks">What that unit was recognised by in it.</param>
public sealed record SameMac(Guid Unit, Guid Run, string Lot, string Jig, int Slot, DateTimeOffset StartedAt, UnitMarks Marks);
