namespace ProvisionStation.Bench;

/// <summary>A file or argument given by a person is wrong. Ends the program with exit code 2 before any unit is touched.</summary>
/// <param name="file">The file as the person named it, or the name of the argument.</param>
/// <param name="line">One-based line; null where the whole file is meant.</param>
/// <param name="field">The field with its path, for example <c>slots[2].port</c>; null where there is none.</param>
/// <param name="problem">What is wrong, as one sentence.</param>
/// <param name="remedy">What is allowed, or what to do, as one sentence.</param>
public sealed class ConfigurationException(string file, int? line, string? field, string problem, string remedy)
    : Exception($"{file}{(line is null ? "" : $":{line}")}{(field is null ? "" : $": {field}")}: {problem}")
{
    /// <summary>The file as the person named it, or the name of the argument.</summary>
    public string File { get; } = file;

    /// <summary>One-based line; null where the whole file is meant.</summary>
    public int? Line { get; } = line;

    /// <summary>The field with its path; null where there is none.</summary>
    public string? Field { get; } = field;

    /// <summary>What is wrong, as one sentence, without file and line.</summary>
    public string Problem { get; } = problem;

    /// <summary>What is allowed, or what to do, as one sentence.</summary>
    public string Remedy { get; } = remedy;
}
