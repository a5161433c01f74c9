using System.CommandLine;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Bench;

namespace ProvisionStation.Commands;

/// <summary>Refuses to write a configuration that the firmware would rewrite, misread or suffer from.</summary>
internal sealed class ObkProblems
{
    public Option<bool> AsIs { get; } = new("--as-is") { Description = "Write it even where the firmware would rewrite or misread it." };

    public Option<bool> AccessPoint { get; } = new("--expect-access-point")
    {
        Description = "Refuse a configuration with which the unit does not open its own access point.",
    };

    /// <summary>Warns where it is to be written as it is, and refuses otherwise.</summary>
    /// <exception cref="ConfigurationException">The firmware would not keep or not take it.</exception>
    public async Task CheckAsync(ParseResult parsed, string file, ObkConfig config)
    {
        IReadOnlyList<ObkProblem> problems = ObkConfigCodec.Check(config, parsed.GetValue(AccessPoint));
        if (problems.Count == 0)
            return;
        if (!parsed.GetValue(AsIs))
            throw new ConfigurationException(
                file, null, null, string.Join("; ", problems.Select(problem => $"{problem.Field}: {problem.What}")),
                $"Correct it ({problems[0].Remedy}), or give --as-is to write it even so.");
        await ObkFile.WarnAsync(file, problems);
    }
}
