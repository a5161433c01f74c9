using System.Globalization;

namespace ProvisionStation.Speed.Campaign;

/// <summary>What a slice of the campaign does.</summary>
/// <param name="Part"><c>faults</c>, <c>kills</c>, <c>cuts</c> or <c>io</c>.</param>
/// <param name="Seed">With the number of a case it gives the whole plan of that case.</param>
/// <param name="From">Number of the first case.</param>
/// <param name="Count">How many cases.</param>
/// <param name="Log">File that a line is added to for each slice; null: none.</param>
/// <param name="Workers">Benches at once, each with a simulator and a station of its own.</param>
/// <param name="KeepsFolders">True where the data folders of cases that failed are kept.</param>
/// <param name="Slots">Slots in which <c>kills</c> and <c>cuts</c> work, 1 to 8; fewer for a quick look only.</param>
internal sealed record CampaignOptions(string Part, int Seed, int From, int Count, string? Log, int Workers, bool KeepsFolders, int Slots)
{
    private const int MostWorkers = 16;

    /// <summary>Reads <c>PART [--seed S] [--from N] [--count K] [--log FILE] [--workers W] [--slots N] [--keep]</c>.</summary>
    /// <exception cref="FormatException">Not understood.</exception>
    public static CampaignOptions Parse(string part, string[] arguments)
    {
        CampaignOptions options = new(part, 1, 0, 100, null, 2, false, FaultSlice.Slots);
        Queue<string> left = new(arguments);
        while (left.TryDequeue(out string? name))
        {
            options = name switch
            {
                "--seed" => options with { Seed = Number(name, left, int.MaxValue) },
                "--from" => options with { From = Number(name, left, int.MaxValue) },
                "--count" => options with { Count = Number(name, left, 1_000_000) },
                "--log" => options with { Log = Value(name, left) },
                "--workers" => options with { Workers = Math.Max(1, Number(name, left, MostWorkers)) },
                "--slots" => options with { Slots = Math.Max(1, Number(name, left, FaultSlice.Slots)) },
                "--keep" => options with { KeepsFolders = true },
                _ => throw new FormatException($"{name} is not known; known: --seed, --from, --count, --log, --workers, --slots, --keep"),
            };
        }

        return options;
    }

    /// <summary>The dice of one case.</summary>
    public Random Dice(int number) => new(unchecked((Seed * 7919) ^ (number * 104729) ^ Part.Length));

    private static string Value(string name, Queue<string> left) =>
        left.TryDequeue(out string? value) ? value : throw new FormatException($"{name} needs a value");

    private static int Number(string name, Queue<string> left, int most) =>
        int.TryParse(Value(name, left), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= most
            ? number
            : throw new FormatException($"{name} is a whole number from 0 to {most}");
}
