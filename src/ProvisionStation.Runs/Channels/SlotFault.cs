namespace ProvisionStation.Runs.Channels;

/// <summary>A slot that cannot work at the moment, or could not for a while.</summary>
/// <param name="Slot">The slot's number.</param>
/// <param name="Reason">Fixed word.</param>
/// <param name="What">What happened, as one sentence.</param>
/// <param name="Remedy">What the operator does next.</param>
/// <param name="At">When it was seen first, UTC.</param>
/// <param name="EndedAt">When the slot worked again, UTC; null while it does not.</param>
public sealed record SlotFault(int Slot, string Reason, string What, string Remedy, DateTimeOffset At, DateTimeOffset? EndedAt = null);
