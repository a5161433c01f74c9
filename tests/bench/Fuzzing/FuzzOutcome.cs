namespace ProvisionStation.Speed.Fuzzing;

/// <summary>How one case ended.</summary>
/// <param name="Refused">True where the input was refused by name, false where there is a result.</param>
/// <param name="Wrong">What is wrong with the result; null where nothing is.</param>
internal readonly record struct FuzzOutcome(bool Refused, string? Wrong)
{
    public static FuzzOutcome Result => new(false, null);

    public static FuzzOutcome Refusal => new(true, null);

    public static FuzzOutcome Fault(string wrong) => new(false, wrong);
}
