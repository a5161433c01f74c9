namespace ProvisionStation.Beken.Obk;

/// <summary>Something the firmware would rewrite, misread or suffer from.</summary>
/// <param name="Field">The firmware's name of the field.</param>
/// <param name="What">What would happen, as one sentence. Holds no secret.</param>
/// <param name="Remedy">What to do, as one sentence.</param>
/// <param name="CanComplete">True where <see cref="ObkConfigCodec.Complete"/> repairs it without changing what was asked for.</param>
public sealed record ObkProblem(string Field, string What, string Remedy, bool CanComplete);
