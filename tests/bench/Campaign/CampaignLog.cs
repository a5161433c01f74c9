using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ProvisionStation.Speed.Campaign;

/// <summary>What a slice found: counts by word, and every failure with its case. Safe for use by many workers.</summary>
internal sealed class CampaignLog(CampaignOptions options)
{
    private readonly long _start = TimeProvider.System.GetTimestamp();
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private readonly ConcurrentDictionary<int, bool> _done = new();
    private readonly ConcurrentQueue<(int Case, string What)> _failures = [];
    private readonly ConcurrentQueue<(int Case, string What)> _notes = [];

    /// <summary>True where nothing failed.</summary>
    public bool IsClean => _failures.IsEmpty;

    /// <summary>How many promises were broken so far.</summary>
    public int Failures => _failures.Count;

    /// <summary>Counts something.</summary>
    public void Count(string word, int more = 1) => _counts.AddOrUpdate(word, more, (_, before) => before + more);

    /// <summary>A case came to its verdict.</summary>
    public void Done(int number) => _done.TryAdd(number, true);

    /// <summary>True where a case has come to its verdict.</summary>
    public bool IsDone(int number) => _done.ContainsKey(number);

    /// <summary>A promise was broken.</summary>
    public void Fail(int number, string what)
    {
        _failures.Enqueue((number, what));
        Console.Error.WriteLine($"FAILED {options.Part} --seed {options.Seed} --from {number} --count 1: {what}");
    }

    /// <summary>No promise was broken, but a person should look: a healthy unit that did not pass, for example.</summary>
    public void Note(int number, string what)
    {
        _notes.Enqueue((number, what));
        Console.Error.WriteLine($"note {options.Part} --seed {options.Seed} --from {number}: {what}");
    }

    /// <summary>Writes the slice's line, and says it.</summary>
    public void Write()
    {
        double seconds = TimeProvider.System.GetElapsedTime(_start).TotalSeconds;
        JsonObject line = new()
        {
            ["part"] = options.Part,
            ["seed"] = options.Seed,
            ["from"] = options.From,
            ["count"] = options.Count,
            ["judged"] = _done.Count,
            ["withoutVerdict"] = new JsonArray([.. Enumerable.Range(options.From, options.Count).Where(number => !IsDone(number)).Select(number => (JsonNode)number)]),
            ["commit"] = Commit(),
            ["seconds"] = Math.Round(seconds, 1),
            ["result"] = IsClean ? "clean" : "failed",
            ["counts"] = new JsonObject(_counts.OrderBy(one => one.Key, StringComparer.Ordinal)
                .Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value))),
            ["failures"] = Texts(_failures),
            ["notes"] = Texts(_notes),
        };
        if (options.Log is { } file)
            File.AppendAllText(file, line.ToJsonString() + "\n");
        Console.WriteLine(line.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
    }

    /// <summary>Prints the sum of a log: <c>campaign report LOG</c>.</summary>
    /// <returns>0 where no slice failed.</returns>
    public static int Report(string file)
    {
        JsonElement[] slices = [.. File.ReadLines(file).Where(line => line.Length > 0).Select(line => JsonDocument.Parse(line).RootElement)];
        foreach (IGrouping<(string, string), JsonElement> part in slices.GroupBy(slice => (Text(slice, "part"), Text(slice, "commit"))))
        {
            HashSet<(int, int)> cases = [.. part.SelectMany(Cases)];
            JsonElement[] failures = [.. part.SelectMany(slice => slice.GetProperty("failures").EnumerateArray())];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{part.Key.Item1} on {part.Key.Item2}: {cases.Count} different cases with a verdict in {part.Count()} slices, "
                + $"{part.Sum(slice => slice.GetProperty("seconds").GetDouble()):0} s, {failures.Length} failures"));
            foreach (IGrouping<string, JsonProperty> word in part
                .SelectMany(slice => slice.GetProperty("counts").EnumerateObject()).GroupBy(one => one.Name).OrderBy(one => one.Key, StringComparer.Ordinal))
                Console.WriteLine($"  {word.Sum(one => one.Value.GetInt32()),8} {word.Key}");
            foreach (JsonElement failure in failures)
                Console.WriteLine($"  FAILED case {failure.GetProperty("case")}: {Text(failure, "what")}");
        }

        return slices.Any(slice => Text(slice, "result") != "clean") ? 1 : 0;
    }

    /// <summary>Those that had a verdict; none of a line that does not say which had not.</summary>
    private static IEnumerable<(int, int)> Cases(JsonElement slice) => !slice.TryGetProperty("withoutVerdict", out JsonElement without) ? [] : Enumerable
        .Range(slice.GetProperty("from").GetInt32(), slice.GetProperty("count").GetInt32())
        .Except(without.EnumerateArray().Select(number => number.GetInt32()))
        .Select(number => (slice.GetProperty("seed").GetInt32(), number));

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString() ?? "";

    private static JsonArray Texts(IEnumerable<(int Case, string What)> lines) =>
        new([.. lines.OrderBy(line => line.Case).Select(line => (JsonNode)new JsonObject { ["case"] = line.Case, ["what"] = line.What })]);

    /// <summary>What was tested; with a <c>+</c> where it was not all committed.</summary>
    private static string Commit()
    {
        string Git(params string[] arguments)
        {
            using Process git = Process.Start(new ProcessStartInfo("git", arguments) { RedirectStandardOutput = true, WorkingDirectory = Programs.Root })!;
            return git.StandardOutput.ReadToEnd().Trim();
        }

        try
        {
            return Git("rev-parse", "--short=12", "HEAD") + (Git("status", "--porcelain", "--", "src").Length > 0 ? "+" : "");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "unknown";
        }
    }
}
