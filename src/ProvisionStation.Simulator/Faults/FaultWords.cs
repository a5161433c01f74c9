using System.Globalization;

namespace ProvisionStation.Simulator.Faults;

/// <summary>The words for faults, and how a list of them is read.</summary>
internal static class FaultWords
{
    /// <summary>All of them, in the order of <c>--help</c>.</summary>
    public static readonly IReadOnlyList<FaultWord> All =
    [
        new(FaultKind.NoUnit, "no-unit", "touches no contact: draws nothing, says nothing"),
        new(FaultKind.Garbage, "garbage", "random bytes on TX1, and no answer among them"),
        new(FaultKind.LostByte, "lost-byte", "a byte gets lost in a long answer, and once in a long request", Times: 4, TakesTimes: true),
        new(FaultKind.FlippedByte, "flipped-byte", "a bit flips in a long answer, and once in a long request", Times: 4, TakesTimes: true),
        new(FaultKind.LateLinkReplies, "late-link-replies", "link checks are answered 30 ms late and twice"),
        new(FaultKind.MidZero, "mid-zero", "the flash id reads 00 00 00 at first after each power on", Times: 2, TakesTimes: true),
        new(FaultKind.StuckBit, "stuck-bit", "a bit at this address does not program", FaultValue.Address, TakesTimes: true),
        new(FaultKind.NoErase, "no-erase", "the sector of this address does not erase", FaultValue.Address, TakesTimes: true),
        new(FaultKind.Protected, "protected", "the flash's protection bits cannot be cleared"),
        new(FaultKind.UnknownFlash, "unknown-flash", "the flash has an id that no table knows"),
        new(FaultKind.WrongKey, "wrong-key", "the eFuse holds a vendor's own key", AtBirth: true),
        new(FaultKind.DiesMidRead, "dies-mid-read", "falls silent in the middle of a long read, for good; the current goes on"),
        new(FaultKind.DiesMidWrite, "dies-mid-write", "falls silent in the middle of writing, for good; the current goes on"),
        new(
            FaultKind.PowerCutMidWrite,
            "power-cut-mid-write",
            "the slot loses its power while it is written, and through the next switching on",
            Times: 1,
            TakesTimes: true),
        new(
            FaultKind.TornCell,
            "torn-cell",
            "power lost in the middle of an erase or program tears a cell of what was erased last: it reads right for twelve power cycles and wrong from then on, until it is erased",
            Times: 1,
            TakesTimes: true),
        new(FaultKind.WeakCell, "weak-cell", "once this address was erased, a bit of it turns over with each power on, for good", FaultValue.Address),
        new(FaultKind.UnplugMidWrite, "unplug-mid-write", "the USB adapter is pulled out while it is written", Times: 1, TakesTimes: true),
        new(FaultKind.SilentBoot, "silent-boot", "the application hangs: a few mA, nothing on TX2"),
        new(FaultKind.SilentLog, "silent-log", "the application runs, but nothing comes from TX2"),
        new(FaultKind.StalledBoot, "stalled-boot", "the application hangs: a few mA, garbage on TX2"),
        new(FaultKind.StallsWithImage, "stalls-with-image", "OpenBeken hangs on it: a few mA, garbage on TX2; the vendor's firmware runs"),
        new(FaultKind.NoBoot, "no-boot", "the application does not start: about 1 mA"),
        new(FaultKind.BootLoop, "boot-loop", "the application restarts before its radio starts, again and again"),
        new(FaultKind.BrownOut, "brown-out", "the application restarts when its radio starts, again and again"),
        new(FaultKind.OverCurrent, "over-current", "the application draws 260 mA"),
        new(FaultKind.CurrentHigh, "current-high", "the application draws 160 mA"),
        new(FaultKind.CurrentLow, "current-low", "the application draws too little (N 32 mA, T 42 mA), its radio is dead"),
        new(FaultKind.Short, "short", "a short between 3V3 and GND"),
        new(FaultKind.ConfigRejected, "config-rejected", "a bit of the configuration is lost whenever the application starts"),
        new(FaultKind.RfChanged, "rf-changed", "the application changes the RF sector when it starts"),
        new(FaultKind.PlaceholderMac, "placeholder-mac", "the RF sector holds C8:47:8C:00:00:00", AtBirth: true),
        new(FaultKind.SlowErase, "slow-erase", "erases take ten times as long"),
        new(FaultKind.WipStuck, "wip-stuck", "a status write never ends: WIP stays set, protection stays"),
        new(FaultKind.RefuseBaud, "refuse-baud", "this bit rate is not taken", FaultValue.BitRate),
        new(FaultKind.BaudDrift, "baud-drift", "above 500000 bit/s a byte in 300 is damaged, both ways"),
    ];

    private static readonly Dictionary<FaultKind, FaultWord> ByKind = All.ToDictionary(word => word.Kind);
    private static readonly Dictionary<string, FaultWord> ByWord = All.ToDictionary(word => word.Word, StringComparer.Ordinal);

    /// <summary>How a kind is written.</summary>
    public static FaultWord Of(FaultKind kind) => ByKind[kind];

    /// <summary>Reads one fault.</summary>
    /// <exception cref="FormatException">It is not written as <see cref="FaultWord.Form"/> says.</exception>
    public static Fault Parse(string text)
    {
        string[] parts = text.Split(':');
        if (!ByWord.TryGetValue(parts[0], out FaultWord? word))
        {
            string known = string.Join(", ", All.Select(one => one.Form));
            throw new FormatException($"'{text}' is no fault; known: {known}, chip=…, product=…, mac=… (--help lists those)");
        }

        int wanted = word.Value == FaultValue.None ? 1 : 2;
        if (parts.Length < wanted || parts.Length > wanted + (word.TakesTimes ? 1 : 0))
            throw new FormatException($"'{text}' must be written {word.Form}");
        uint value = word.Value == FaultValue.None ? 0 : Number(parts[1], text, word);
        int times = parts.Length > wanted ? checked((int)Math.Min(Number(parts[wanted], text, word), 1_000_000)) : word.Times;
        return times == 0 ? throw new FormatException($"'{text}': TIMES is 1 or more") : new Fault(word.Kind, value, times);
    }

    private static uint Number(string text, string whole, FaultWord word)
    {
        bool hex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        NumberStyles style = hex ? NumberStyles.HexNumber : NumberStyles.None;
        return uint.TryParse(hex ? text.AsSpan(2) : text, style, CultureInfo.InvariantCulture, out uint value)
            ? value
            : throw new FormatException($"'{whole}': '{text}' is no number (decimal or 0x hex); write {word.Form}");
    }
}
