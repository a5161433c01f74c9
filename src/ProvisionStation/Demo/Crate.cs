using ProvisionStation.Records;

namespace ProvisionStation.Demo;

/// <summary>The demo's crate of plugs, in the order in which the stand-in operator takes them.</summary>
internal static class Crate
{
    public static IReadOnlyList<PlantedUnit> Units { get; } =
    [
        new(1, null),
        new(2, "stalled-boot", Verdict.Fail, "stalled-boot", Opinion: "unit-or-supply"),
        new(3, null),
        new(4, "stuck-bit:0x40000:1", HealsOnRetry: true),
        new(5, null),
        new(6, "protected", Verdict.Fail, "protected"),
        new(7, null),
        new(8, null),
        new(9, "placeholder-mac", Verdict.Fail, "mac-placeholder"),
        new(10, "product=switch2", Verdict.Fail, "not-this-product"),
        new(11, null),
        new(12, null),
        new(13, null),
    ];

    public const string InWords =
        "one stalled boot (dead with its own firmware too, so it is the module), one write-protected flash, one placeholder MAC and one unit of another product were caught, "
        + "one bit healed on retry, all others passed with the pins of their own backups";

    /// <summary>What the plugs' own backups say, as records show it: the seed plug's pins.</summary>
    public const string Pins = "P6=TglChanOnTgl;1 P8=WifiLED_n;0 P24=Btn_Tgl_All;0 P26=Rel;1";

    /// <summary>One plug per line, as the simulator reads a crate.</summary>
    public static string Text => string.Concat(Units.Select(unit => $"{unit.Serial} {unit.Fault}".TrimEnd() + "\n"));
}
