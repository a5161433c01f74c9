using System.Text;

namespace ProvisionStation.Simulator.Firmware;

/// <summary>What loader and vendor print on TX2, with seconds from power on (assumed).</summary>
internal static class OtherLogs
{
    /// <summary>Version, registers, jump (configuration sheet 6, lines 1 to 3).</summary>
    public static IReadOnlyList<(double Second, byte[] Text)> Loader(SimChip chip)
    {
        string[] registers = chip is SimChip.N or SimChip.M or SimChip.Bk7238
            ? ["REG:cpsr     spsr     r13      r14", "SVC:000000D3          00401C1C 00000410", "IRQ:000000D2 00000010 00401E0C 4C28D1AC",
                "FIR:000000D1 00000010 00401FFC 94D5ED74", "SYS:000000DF          0040192C 00000A88", "ST:00000000"]
            : ["CPSR:000000D3", "R0:00000000", "R14:00000410"];
        List<(double, byte[])> lines = [Line(0.02, $"V:{ChipFacts.Of(chip).Loader}")];
        lines.AddRange(registers.Select(text => Line(0.03, text)));
        lines.Add(Line(0.20, "J 0x10000"));
        return lines;
    }

    /// <summary>A few lines of a Tuya firmware that starts and looks for its network.</summary>
    public static IReadOnlyList<(double Second, byte[] Text)> Vendor(SimChip chip)
    {
        string device = chip is SimChip.N or SimChip.M ? "bk7231n" : "BK7231S_2M";
        return
        [
            Line(0.35, "bk_misc_init_start_type 0 0"),
            Line(0.40, "[Flash]id:0xeb6015"),
            Line(0.60, "[01-01 18:12:15 TUYA Notice][lr:0x8f3cb] < TUYA IOT SDK V:2.3.1 BS:40.00_PT:2.2_LAN:3.4_CAD:1.0.4_CD:1.0.0 >"),
            Line(0.62, $"[01-01 18:12:15 TUYA Notice][lr:0x8f3e1] < BUILD AT:2022_03_31_18_10_35 FOR {device} >"),
            Line(0.70, "[01-01 18:12:15 TUYA Notice][lr:0x9c1d5] mf_init succ"),
            Line(1.20, "[01-01 18:12:16 TUYA Notice][lr:0xa0427] wifi nw stat:2"),
            Line(3.00, "[01-01 18:12:18 TUYA Err][lr:0xa0511] connect router fail"),
        ];
    }

    private static (double, byte[]) Line(double second, string text) => (second, Encoding.ASCII.GetBytes(text + "\r\n"));
}
