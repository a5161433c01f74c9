using System.Text.RegularExpressions;

namespace ProvisionStation.Beken.Obk;

/// <summary>What a station looks for in a boot log, each as a substring that ends in something fixed, so that half of it never counts.</summary>
/// <remarks>Source: OpenBK7231T_App (user_main.c, new_cfg.c, hal_wifi), Beken's boot loaders, and public logs of both.</remarks>
internal static partial class BootLogPatterns
{
    /// <summary>No pattern is longer than this, in characters.</summary>
    public const int LongestMatch = 256;

    private const int LimitMilliseconds = 1000;

    /// <summary>The start-up delay, a direct print that lands inside other lines, with the line end it brings along.</summary>
    [GeneratedRegex(@"#Startup delayed \d{1,6}ms#\r?\n?", RegexOptions.CultureInvariant, LimitMilliseconds)]
    public static partial Regex Insert();

    /// <summary>Every event; the name of the group that took part says which.</summary>
    [GeneratedRegex(
        @"(?<loader>BK72\d{2}[A-Za-z]{0,2}_\d{1,3}\.\d{1,3}\.\d{1,3})"
        + @"|Open(?<chip>BK\d{4}[A-Za-z]{0,2}), version (?<version>[!-~]{1,32})\s"
        + @"|(?<radio>delaying start|Main_Init_Delay done|Main_Init_After_Delay)"
        + @"|(?<complete>Boot complete time reached)"
        + @"|(?<rejected>Config crc or ident mismatch)"
        + @"|Correct config has been loaded with (?<count>\d{1,9}) changes count"
        + @"|(?<safe>safe mode activated|\[SAFE\])"
        + @"|softap:ssid=(?<ap>[^\r\n\0]{1,64}?),channel="
        + @"|MAIN:ssid:(?<ap>[^\r\n\0]{1,64}?) key:",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, LimitMilliseconds)]
    public static partial Regex Event();
}
