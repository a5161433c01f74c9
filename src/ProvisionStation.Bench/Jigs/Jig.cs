namespace ProvisionStation.Bench.Jigs;

/// <summary>An exchangeable fixture, as its <c>jig.yaml</c> describes it. A value: nothing is open.</summary>
/// <param name="Name">The jig's id.</param>
/// <param name="Revision">1 and up.</param>
/// <param name="Supply">The rail that feeds the units.</param>
/// <param name="Presence">How a new unit is noticed.</param>
/// <param name="PresenceInterval">How often an empty slot is looked at with <see cref="JigPresence.Link"/>. Default: 3 s.</param>
/// <param name="Instruments">Instruments that slots share, by name.</param>
/// <param name="Slots">In the order of their numbers; at least one.</param>
/// <param name="File">Full path of the file.</param>
/// <param name="Text">The file as read, kept with every run.</param>
/// <param name="Sha256">SHA-256 of <paramref name="Text"/> in UTF-8, lower-case hex.</param>
public sealed record Jig(
    string Name,
    int Revision,
    JigSupply Supply,
    JigPresence Presence,
    TimeSpan PresenceInterval,
    IReadOnlyDictionary<string, JigInstrument> Instruments,
    IReadOnlyList<JigSlot> Slots,
    string File,
    string Text,
    string Sha256);

/// <summary>The rail that feeds the units. Mains is not among them, on purpose (law 11).</summary>
public enum JigSupply
{
    /// <summary>3.3 V at the module.</summary>
    ThreeVoltThree,

    /// <summary>5 V at the product's regulator.</summary>
    FiveVolt,
}

/// <summary>How a new unit is noticed.</summary>
public enum JigPresence
{
    /// <summary>The slot is powered every few seconds with link checks flowing.</summary>
    Link,

    /// <summary>A line, a supply input or a program says so.</summary>
    Input,

    /// <summary>A person says so.</summary>
    Operator,
}

/// <summary>An instrument that slots share.</summary>
/// <param name="Name">The name slots use.</param>
/// <param name="Driver">Today: <c>scpi</c>.</param>
/// <param name="Address"><c>tcp://host:port</c> or <c>serial:///dev/…?baud=9600</c>.</param>
/// <param name="Setup">Commands sent once per channel when the jig is opened; <c>{channel}</c> is replaced.</param>
/// <param name="On">Command that switches a channel on; null where the instrument only measures.</param>
/// <param name="Off">Command that switches a channel off; null where the instrument only measures.</param>
/// <param name="Measure">Query that answers amperes; null where the instrument only switches.</param>
/// <param name="Limited">Query that answers whether the supply is in current limit; null where it cannot say.</param>
public sealed record JigInstrument(
    string Name,
    string Driver,
    string Address,
    IReadOnlyList<string> Setup,
    string? On,
    string? Off,
    string? Measure,
    string? Limited);

/// <summary>One position in a jig.</summary>
/// <param name="Number">The slot's number, 1 to 99, unique in the jig.</param>
/// <param name="Port">Device path of the unit's UART1.</param>
/// <param name="Log">Device path that listens to the unit's TX2; null where it is not wired.</param>
/// <param name="Power">Who switches the slot's power.</param>
/// <param name="Meter">Who measures its current; null: nobody.</param>
/// <param name="Reset">Who holds its reset; null: nobody, power is cycled instead.</param>
/// <param name="Line">Line of the slot in the jig file, for messages.</param>
public sealed record JigSlot(int Number, string Port, string? Log, JigDevice Power, JigDevice? Meter, JigDevice? Reset, int Line);

/// <summary>How a slot uses a device: a shared instrument's channel, or a driver of its own.</summary>
/// <param name="Use">Name of the instrument; null where <paramref name="Driver"/> is given.</param>
/// <param name="Channel">Channel of the instrument.</param>
/// <param name="Driver"><c>exec</c>, <c>manual</c>, <c>rts</c> or <c>dtr</c>; null where <paramref name="Use"/> is given.</param>
/// <param name="On">Program and arguments that switch on (exec).</param>
/// <param name="Off">Program and arguments that switch off (exec).</param>
/// <param name="Measure">Program and arguments that print a current such as <c>62.4 mA</c> (exec).</param>
/// <param name="ActiveLow">For <c>rts</c> and <c>dtr</c>: true where the asserted line (pin low) is the active state. Default: true.</param>
public sealed record JigDevice(
    string? Use,
    int Channel,
    string? Driver,
    IReadOnlyList<string> On,
    IReadOnlyList<string> Off,
    IReadOnlyList<string> Measure,
    bool ActiveLow);
