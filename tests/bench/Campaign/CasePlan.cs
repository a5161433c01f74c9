using System.Globalization;

namespace ProvisionStation.Speed.Campaign;

/// <summary>What happens to one unit: all of it follows from the seed and the case's number.</summary>
/// <param name="Number">The case.</param>
/// <param name="Faults">What it comes with, the simulator's words.</param>
/// <param name="Disturbances">What befalls it after its run began: so many seconds later, the simulator's command with <c>{slot}</c>.</param>
/// <param name="IsRetested">True where it is healed and put in again when it did not pass.</param>
internal sealed record CasePlan(int Number, IReadOnlyList<string> Faults, IReadOnlyList<(double Seconds, string Command)> Disturbances, bool IsRetested)
{
    private const int FlashBytes = 0x200000;
    private const int MostTimes = 6;

    /// <summary>An undisturbed run takes about so long.</summary>
    private const double RunSeconds = 6;

    /// <summary>Faults that can be combined freely; <c>#</c> becomes an address, <c>%</c> a count, <c>@</c> a bit rate.</summary>
    private static readonly string[] Words =
    [
        "garbage", "lost-byte", "lost-byte:%", "flipped-byte", "flipped-byte:%", "late-link-replies", "mid-zero", "mid-zero:%", "stuck-bit:#", "stuck-bit:#:%",
        "no-erase:#", "no-erase:#:%", "protected", "unknown-flash", "wrong-key", "dies-mid-read", "dies-mid-write", "power-cut-mid-write",
        "power-cut-mid-write:%", "unplug-mid-write", "unplug-mid-write:%", "silent-boot", "silent-log", "stalled-boot", "no-boot", "boot-loop", "brown-out",
        "current-high", "current-low", "config-rejected", "rf-changed", "placeholder-mac", "slow-erase", "wip-stuck", "refuse-baud:@", "baud-drift",
    ];

    /// <summary>These take a slot out of service until the station is started again, or never start a run: seldom, or nothing else happens.</summary>
    private static readonly string[] RareWords = ["over-current", "short", "no-unit", "chip=t", "chip=u", "chip=7238", "chip=m", "product=bulb", "product=tuyamcu"];

    private static readonly int[] Rates = [1_500_000, 921_600, 460_800, 230_400];

    /// <summary>True where nothing is wrong with the unit and nobody disturbs it.</summary>
    public bool IsHealthy => Faults.Count == 0 && Disturbances.Count == 0;

    /// <summary>What <c>insert</c> needs behind the slot.</summary>
    public string Birth => string.Join(' ', Faults.Prepend(Witness.SerialOf(Number)));

    /// <summary>Throws the dice of a case.</summary>
    public static CasePlan Of(CampaignOptions options, int number)
    {
        Random dice = options.Dice(number);
        int kind = dice.Next(100);
        int faults = kind < 20 ? 0 : kind < 60 ? 1 : kind < 80 ? 2 : kind < 90 ? 3 : dice.Next(2);
        List<string> words = [.. Enumerable.Range(0, faults).Select(_ => Word(dice)).DistinctBy(word => word.Split(':')[0])];
        List<(double, string)> disturbances = kind < 90 ? [] : [.. Disturb(dice)];
        return new CasePlan(number, words, disturbances, dice.Next(3) == 0);
    }

    private static string Word(Random dice)
    {
        string word = dice.Next(25) == 0 ? RareWords[dice.Next(RareWords.Length)] : Words[dice.Next(Words.Length)];
        return word
            .Replace("#", "0x" + Address(dice).ToString("X", CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("%", $"{dice.Next(1, MostTimes)}", StringComparison.Ordinal)
            .Replace("@", $"{Rates[dice.Next(Rates.Length)]}", StringComparison.Ordinal);
    }

    /// <summary>Any byte; often one that is written, now and then the configuration's.</summary>
    private static int Address(Random dice) => dice.Next(10) switch
    {
        0 => dice.Next(FlashBytes),
        1 => CampaignImage.ConfigSector + dice.Next(CampaignImage.SectorBytes),
        2 => CampaignImage.FirstWritable + dice.Next(CampaignImage.SectorBytes),
        _ => CampaignImage.FirstWritable + dice.Next(0x120000 - CampaignImage.FirstWritable),
    };

    private static IEnumerable<(double, string)> Disturb(Random dice)
    {
        double at = dice.NextDouble() * RunSeconds;
        double later = at + (dice.NextDouble() * 1.5);
        switch (dice.Next(6))
        {
            case 0:
                yield return (at, "unplug {slot}");
                yield return (later, "plug {slot}");
                break;
            case 1:
                yield return (at, "heal {slot}");
                break;
            case 2:
                yield return (at, "fault {slot} " + Later(dice));
                yield return (later, "heal {slot}");
                break;
            case 3:
                yield return (at, "fault {slot} " + Later(dice));
                break;
            case 4:
                // A contact that opens for a moment: the unit goes and comes, as it was left.
                yield return (at, "remove {slot}");
                yield return (at + (dice.NextDouble() * 0.3), "back {slot} {serial}");
                break;
            default:
                yield return (at, "remove {slot}");
                yield return (later, "insert {slot} 9{serial}");
                break;
        }
    }

    /// <summary>A fault that can befall a unit in its slot.</summary>
    private static string Later(Random dice)
    {
        string word;
        do
            word = Word(dice);
        while (word.Contains('=') || word.StartsWith("wrong-key", StringComparison.Ordinal) || word.StartsWith("placeholder-mac", StringComparison.Ordinal)
            || word is "over-current" or "short");
        return word;
    }
}
