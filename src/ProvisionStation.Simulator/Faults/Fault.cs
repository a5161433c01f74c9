namespace ProvisionStation.Simulator.Faults;

/// <summary>One fault of one unit.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Value">A flash address or a bit rate, where the kind has one; else 0.</param>
/// <param name="Times">How often it shows before it heals; <see cref="Always"/> for good.</param>
internal sealed record Fault(FaultKind Kind, uint Value, int Times)
{
    public const int Always = -1;

    public override string ToString()
    {
        FaultWord word = FaultWords.Of(Kind);
        string value = word.Value switch
        {
            FaultValue.Address => $":0x{Value:X5}",
            FaultValue.BitRate => $":{Value}",
            _ => "",
        };
        return word.Word + value + (Times == word.Times ? "" : $":{Times}");
    }
}
