namespace ProvisionStation.Simulator.Faults;

/// <summary>How a fault is written.</summary>
/// <param name="Kind">The fault.</param>
/// <param name="Word">Its word on the command line.</param>
/// <param name="Meaning">One sentence for <c>--help</c>.</param>
/// <param name="Value">What must follow the word.</param>
/// <param name="Times">How often it shows unless said otherwise; <see cref="Fault.Always"/> for good.</param>
/// <param name="TakesTimes">True where <c>:TIMES</c> may follow.</param>
/// <param name="AtBirth">True where the unit is made with it, so that it cannot befall a unit in a slot.</param>
internal sealed record FaultWord(
    FaultKind Kind,
    string Word,
    string Meaning,
    FaultValue Value = FaultValue.None,
    int Times = Fault.Always,
    bool TakesTimes = false,
    bool AtBirth = false)
{
    /// <summary>The whole form, for example <c>stuck-bit:ADDR[:TIMES]</c>.</summary>
    public string Form
    {
        get
        {
            string value = Value switch
            {
                FaultValue.Address => ":ADDR",
                FaultValue.BitRate => ":RATE",
                _ => "",
            };
            return Word + value + (TakesTimes ? "[:TIMES]" : "");
        }
    }
}
