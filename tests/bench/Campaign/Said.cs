namespace ProvisionStation.Speed.Campaign;

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What stood on stdout.</param>
/// <param name="Errors">What stood on stderr.</param>
internal sealed record Said(int ExitCode, string Output, string Errors)
{
    /// <summary>The codes a user may meet (design, section 5); anything else is a crash.</summary>
    public bool IsNamed => ExitCode is 0 or 1 or 2 or 3 or 130 && !Errors.Contains("Unhandled exception", StringComparison.Ordinal)
        && !Errors.Contains("   at ProvisionStation", StringComparison.Ordinal) && !Errors.Contains("a fault of the program", StringComparison.Ordinal);

    /// <summary>The end of what was said, for a log.</summary>
    public string Tail => $"exit code {ExitCode}: {(Errors.Length > 600 ? Errors[^600..] : Errors).ReplaceLineEndings(" | ")}";
}
