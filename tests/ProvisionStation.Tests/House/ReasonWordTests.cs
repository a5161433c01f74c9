using System.Text.RegularExpressions;
using ProvisionStation.Bench;
using ProvisionStation.Records;

namespace ProvisionStation.Tests.House;

/// <summary>A reason goes into records that can never be changed: a misspelt one would stay for good.</summary>
public sealed partial class ReasonWordTests
{
    private static readonly HashSet<string> Fail = [.. Reasons.FailUntouched, .. Reasons.FailTouched];
    private static readonly HashSet<string> All = [.. Fail, .. Reasons.Error, .. Reasons.Aborted];

    [Fact]
    public void Every_verdict_that_a_step_gives_uses_a_word_of_the_list()
    {
        string[] used = [.. Words(FailWord())];
        Assert.True(used.Length > 20, $"only {used.Length} words found: the pattern no longer fits the code");
        Assert.Subset(Fail, used.ToHashSet());
    }

    [Fact]
    public void Every_fault_of_bench_or_station_uses_a_word_of_the_list()
    {
        string[] used = [.. Words(FaultWord()), .. typeof(BenchReasons).GetFields().Select(field => (string)field.GetRawConstantValue()!)];
        Assert.True(used.Length > 10, $"only {used.Length} words found: the pattern no longer fits the code");
        Assert.Subset(All, used.ToHashSet());
    }

    private static IEnumerable<string> Words(Regex pattern) => Directory
        .EnumerateFiles(Path.Combine(Tree.Root, "src"), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .SelectMany(file => pattern.Matches(File.ReadAllText(file)).Select(found => found.Groups[1].Value))
        .Distinct();

    [GeneratedRegex("""(?:StepOutcome\.Fail|Refuse|new RunEnding\(Verdict\.Fail,)\(?\s*"([a-z-]+)"\s*,""")]
    private static partial Regex FailWord();

    [GeneratedRegex("""(?:new BenchException\(|new RecordsException\(|new RunEnding\(\s*Verdict\.(?:Error|Aborted),)\s*"([a-z-]+)"\s*,""")]
    private static partial Regex FaultWord();
}
