namespace ProvisionStation.Live;

/// <summary>Makes one line out of what happened and what to do.</summary>
internal static class Sentence
{
    /// <summary>For example <c>jig.yaml:3: the port is missing. Give a device path.</c></summary>
    public static string Of(string what, string? remedy)
    {
        string first = Printable.Of(what).Trim();
        if (string.IsNullOrWhiteSpace(remedy))
            return first;
        string then = Printable.Of(remedy).Trim();
        return $"{first.TrimEnd('.')}. {char.ToUpperInvariant(then[0])}{then[1..].TrimEnd('.')}.";
    }
}
