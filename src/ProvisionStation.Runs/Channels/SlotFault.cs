namespace ProvisionStation.Runs.Channels;

/// <summary>A slot that cannot work at the moment.</summary>
/// <param name="Slot">The slot's number.</param>
/// <param name="Reason">Fixed word.</param>
/// <param name="What">What happened, as one sentence.</param>
/// <param name="Remedy">What the operator does next.</param>
public sealed record SlotFault(int Slot, string Reason, string What, string Remedy);
