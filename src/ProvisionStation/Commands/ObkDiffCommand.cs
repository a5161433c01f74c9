using System.CommandLine;
using System.Text.Json.Nodes;
using ProvisionStation.Beken;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Live;

namespace ProvisionStation.Commands;

/// <summary><c>obk diff</c>: two configurations field by field, in words.</summary>
internal static class ObkDiffCommand
{
    public static Command Make()
    {
        Argument<string> first = new("A") { Description = "A configuration struct, its sector, or a dump of the whole flash." };
        Argument<string> second = new("B") { Description = "The other one." };
        Option<ChipModel> chip = ObkFile.Chip();
        Option<bool> json = SharedOptions.Json();
        Command command = new StationCommand(
            "diff", "Say field by field what differs between two OpenBeken configurations; nothing where they are equal.",
            "obk diff before.bin after.bin")
        {
            first, second, chip, json,
        };
        command.SetAction((parsed, cancel) => DiffAsync(
            parsed.GetValue(first)!, parsed.GetValue(second)!, parsed.GetValue(chip), parsed.GetValue(json), cancel));
        return command;
    }

    private static async Task<int> DiffAsync(string first, string second, ChipModel chip, bool json, CancellationToken cancel)
    {
        ObkFile a = await ObkFile.ReadAsync(first, chip, cancel);
        ObkFile b = await ObkFile.ReadAsync(second, chip, cancel);
        List<ObkDifference> differences = [.. ObkConfigDiff.Compare(a.Config, b.Config)];
        if (a.Found.Version != b.Found.Version)
            differences.Insert(0, Version(a.Found.Version, b.Found.Version));
        foreach (ObkDifference difference in differences)
            Console.WriteLine(json ? ToJson(difference).ToJsonString() : Words(difference));
        if (differences.Count == 0)
            await Console.Error.WriteLineAsync(
                ObkConfigCodec.Encode(a.Config).AsSpan().SequenceEqual(ObkConfigCodec.Encode(b.Config))
                    ? "The configurations are equal."
                    : "All fields are equal; bytes behind the ends of texts differ.");
        return (int)ExitCode.Passed;
    }

    /// <summary>Writes what an edit has changed, on stderr.</summary>
    /// <param name="version">The version it was found as; what is written is the current one.</param>
    /// <param name="before">As it was found.</param>
    /// <param name="after">As it is written.</param>
    public static async Task TellAsync(int? version, ObkConfig before, ObkConfig after)
    {
        if (version != ObkConfig.CurrentVersion)
            await Console.Error.WriteLineAsync(Words(Version(version, ObkConfig.CurrentVersion)));
        foreach (ObkDifference difference in ObkConfigDiff.Compare(before, after))
            await Console.Error.WriteLineAsync(Words(difference));
    }

    private static ObkDifference Version(int? a, int? b) => new("version", $"{a}", $"{b}");

    /// <summary>Both sides of a changed secret look the same.</summary>
    private static string Words(ObkDifference difference) => Printable.Of(difference.Intended == difference.Found
        ? $"{difference.Field}: changed (secret)"
        : $"{difference.Field}: {Shown(difference.Intended)} -> {Shown(difference.Found)}");

    private static string Shown(string value) => value.Length == 0 ? "(empty)" : value;

    private static JsonObject ToJson(ObkDifference difference) => new()
    {
        ["field"] = difference.Field,
        ["a"] = difference.Intended,
        ["b"] = difference.Found,
    };
}
