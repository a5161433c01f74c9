using ProvisionStation.Records;

namespace ProvisionStation.Runs.Steps;

/// <summary>A unit that a slot works on at this moment.</summary>
/// <param name="Run">Its run.</param>
/// <param name="Slot">The slot.</param>
/// <param name="Marks">What it was recognised by.</param>
public sealed record UnitAtWork(Guid Run, int Slot, UnitMarks Marks);
