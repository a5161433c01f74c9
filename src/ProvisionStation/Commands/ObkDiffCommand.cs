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
            differences.Insert(0, new ObkDifference("version", $"{a.Found.Version}", $"{b.Found.Version}"));
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
    public static async Task TellAsync(ObkConfig before, ObkConfig after)
    {
        foreach (ObkDifference difference in ObkConfigDiff.Compare(before, after))
            await Console.Error.WriteLineAsync(Words(difference));
    }

    private static string Words(ObkDifference difference) =>
        Printable.Of($"{difference.Field}: {Shown(difference.Intended)} -> {Shown(difference.Found)}");

    private static string Shown(string value) => value.Length == 0 ? "(empty)" : value;

    private static JsonObject ToJson(ObkDifference difference) => new()
    {
        ["field"] = difference.Field,
        ["a"] = difference.Intended,
        ["b"] = difference.Found,
    };
}
