namespace ProvisionStation.Bench.Yaml;

/// <summary>One mapping of a YAML file that knows its lines, so that every error names file, line, field and what is allowed.</summary>
/// <remarks>Read every field you know, then call <see cref="RejectUnknown"/>. Files over 1 MiB, aliases and duplicate keys are refused.</remarks>
public sealed class YamlSection
{
    /// <summary>Reads a file whose root is a mapping.</summary>
    /// <exception cref="ConfigurationException">The file is missing, too large, not YAML, or not a mapping.</exception>
    public static YamlSection Load(string path) => throw new NotImplementedException(path);

    /// <summary>Reads the same from text.</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="file">The name errors use.</param>
    public static YamlSection Parse(string text, string file) => throw new NotImplementedException(file);

    /// <summary>The file as errors name it.</summary>
    public string File => throw new NotImplementedException();

    /// <summary>The whole text of the file.</summary>
    public string SourceText => throw new NotImplementedException();

    /// <summary>One-based line of this mapping.</summary>
    public int Line => throw new NotImplementedException();

    /// <summary>The keys, in file order.</summary>
    public IReadOnlyList<string> Keys => throw new NotImplementedException();

    /// <summary>True where the field is there.</summary>
    public bool Has(string field) => throw new NotImplementedException();

    /// <summary>True where the field is there and holds a nested mapping.</summary>
    public bool IsMapping(string field) => throw new NotImplementedException(field);

    /// <summary>One-based line of a field, or of the mapping where the field is missing.</summary>
    public int LineOf(string field) => throw new NotImplementedException();

    /// <summary>A required text of 1 to <paramref name="maxLength"/> characters without control characters.</summary>
    public string Text(string field, int maxLength = 256) => throw new NotImplementedException();

    /// <summary>An optional text.</summary>
    public string? OptionalText(string field, int maxLength = 256) => throw new NotImplementedException();

    /// <summary>A whole number in decimal or 0x hex, both ends included; <paramref name="otherwise"/> where the field is missing (null: required).</summary>
    public long Number(string field, long least, long most, long? otherwise = null) => throw new NotImplementedException();

    /// <summary>A number with a point, both ends included.</summary>
    public double Real(string field, double least, double most, double? otherwise = null) => throw new NotImplementedException();

    /// <summary>True or false.</summary>
    public bool Flag(string field, bool otherwise) => throw new NotImplementedException();

    /// <summary>One of <paramref name="allowed"/>, case-insensitively; returns the allowed spelling.</summary>
    public string Choice(string field, IReadOnlyList<string> allowed, string? otherwise = null) => throw new NotImplementedException();

    /// <summary>A list of texts; empty where missing.</summary>
    public IReadOnlyList<string> Texts(string field, int maxCount = 64) => throw new NotImplementedException();

    /// <summary>A list of numbers with or without a point; null where missing.</summary>
    public IReadOnlyList<double>? Reals(string field, int count, double least, double most) => throw new NotImplementedException();

    /// <summary>A list of whole numbers; empty where missing.</summary>
    public IReadOnlyList<long> Numbers(string field, int maxCount, long least, long most) => throw new NotImplementedException();

    /// <summary>A nested mapping; null where missing.</summary>
    public YamlSection? Section(string field) => throw new NotImplementedException();

    /// <summary>A list of mappings; empty where missing.</summary>
    public IReadOnlyList<YamlSection> Sections(string field, int maxCount = 99) => throw new NotImplementedException();

    /// <summary>Refuses every field that was not asked for; lists what is allowed.</summary>
    public void RejectUnknown() => throw new NotImplementedException();

    /// <summary>An error about one field of this mapping, ready to throw.</summary>
    public ConfigurationException Error(string? field, string problem, string allowed) => throw new NotImplementedException();
}
