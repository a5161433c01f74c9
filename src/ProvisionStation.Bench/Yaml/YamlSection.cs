using System.Globalization;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ProvisionStation.Bench.Yaml;

/// <summary>One mapping of a YAML file that knows its lines, so that every error names file, line, field and what is allowed.</summary>
/// <remarks>Read every field you know, then call <see cref="RejectUnknown"/>. Files over 1 MiB, aliases and duplicate keys are refused.
/// Fields are named by their path; an entry of a list counts from 1: <c>slots[2].port</c>.</remarks>
public sealed class YamlSection
{
    /// <summary>The largest file, in bytes.</summary>
    private const int MostBytes = 1 << 20;

    private const int MostItemLength = 1024;

    private readonly YamlMappingNode _node;
    private readonly string _path;
    private readonly List<string> _asked = [];

    private YamlSection(YamlMappingNode node, string path, string file, string text)
    {
        (_node, _path, File, SourceText) = (node, path, file, text);
        Keys = [.. node.Children.Keys.Select(key => ((YamlScalarNode)key).Value ?? "")];
    }

    /// <summary>Reads a file whose root is a mapping.</summary>
    /// <exception cref="ConfigurationException">The file is missing, too large, not YAML, or not a mapping.</exception>
    public static YamlSection Load(string path)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            byte[] bytes = new byte[MostBytes + 1];
            int count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (count > MostBytes)
                throw TooLarge(path);
            return Parse(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, 0, count), path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ConfigurationException(
                path, null, null, "there is no such file", "Check the path; relative paths start in the current folder.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(path, null, null, $"cannot be read: {e.Message}", "Name a file that this user may read.");
        }
        catch (ArgumentException)
        {
            // Thrown for bytes that are not UTF-8, and for paths that no file can have.
            throw new ConfigurationException(path, null, null, "is not a file of UTF-8 text", "Save the file as UTF-8.");
        }
    }

    /// <summary>Reads the same from text.</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="file">The name errors use.</param>
    /// <exception cref="ConfigurationException">The text is too large, not YAML, or not a mapping.</exception>
    public static YamlSection Parse(string text, string file)
    {
        if (Encoding.UTF8.GetByteCount(text) > MostBytes)
            throw TooLarge(file);
        string yaml = text.TrimStart('\uFEFF'); // a byte order mark is no part of the first field
        YamlStream stream = [];
        try
        {
            YamlCheck.Check(yaml, file);
            stream.Load(new StringReader(yaml));
        }
        catch (YamlException e)
        {
            string why = (e.InnerException ?? e).Message.ReplaceLineEndings(" ");
            throw new ConfigurationException(
                file,
                Math.Max(1, (int)e.Start.Line),
                null,
                $"this is not YAML: {why}",
                "Check indentation, colons and quotes of this line and the one above.");
        }
        catch (Exception e) when (
            e is ArgumentException or InvalidOperationException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            // The YAML library ends in these on some malformed texts.
            throw new ConfigurationException(
                file,
                null,
                null,
                $"this is not YAML: {e.Message.ReplaceLineEndings(" ")}",
                "Check the file's quotes, escapes and indentation.");
        }

        return stream.Documents.Count == 1 && stream.Documents[0].RootNode is YamlMappingNode root
            ? new YamlSection(root, "", file, text)
            : throw new ConfigurationException(file, 1, null, "the file holds no fields", "Lines such as  name: value");
    }

    /// <summary>The file as errors name it.</summary>
    public string File { get; }

    /// <summary>The whole text of the file.</summary>
    public string SourceText { get; }

    /// <summary>One-based line of this mapping.</summary>
    public int Line => (int)_node.Start.Line;

    /// <summary>The keys, in file order.</summary>
    public IReadOnlyList<string> Keys { get; }

    /// <summary>True where the field is there.</summary>
    public bool Has(string field) => Keys.Contains(field);

    /// <summary>True where the field is there and holds a nested mapping.</summary>
    public bool IsMapping(string field) => Node(field) is YamlMappingNode;

    /// <summary>One-based line of a field, or of the mapping where the field is missing.</summary>
    public int LineOf(string field) =>
        _node.Children.Keys.FirstOrDefault(key => ((YamlScalarNode)key).Value == field) is { } key ? (int)key.Start.Line : Line;

    /// <summary>Where a field's value stands in <see cref="SourceText"/>, quotes included, so that a secret can be masked.</summary>
    public Range SpanOf(string field)
    {
        YamlNode node = Node(field) ?? throw Error(field, "is missing", "a value");
        int mark = SourceText.Length - SourceText.TrimStart('\uFEFF').Length;
        return new Range(mark + (int)node.Start.Index, mark + (int)node.End.Index);
    }

    /// <summary>A required text of 1 to <paramref name="maxLength"/> characters without control characters.</summary>
    public string Text(string field, int maxLength = 256) => OptionalText(field, maxLength)
        ?? throw Error(field, Has(field) ? "is empty" : "is missing", $"a text of 1 to {maxLength} characters");

    /// <summary>An optional text; null where it is missing or empty.</summary>
    public string? OptionalText(string field, int maxLength = 256) =>
        Node(field) is { } node && Scalar(node, field, "one text") is { Length: > 0 } text ? Checked(text, node, field, maxLength) : null;

    /// <summary>A whole number in decimal or 0x hex, both ends included; <paramref name="otherwise"/> where the field is missing
    /// (null: required).</summary>
    public long Number(string field, long least, long most, long? otherwise = null) => Node(field) is { } node
        ? WholeNumber(node, field, least, most)
        : otherwise ?? throw Error(field, "is missing", $"a whole number from {least} to {most}");

    /// <summary>A number with a point, both ends included.</summary>
    public double Real(string field, double least, double most, double? otherwise = null) => Node(field) is { } node
        ? RealNumber(node, field, least, most)
        : otherwise ?? throw Error(field, "is missing", RealAllowed(least, most));

    /// <summary>True or false.</summary>
    public bool Flag(string field, bool otherwise)
    {
        if (Node(field) is not { } node)
            return otherwise;
        string text = Scalar(node, field, "true or false");
        return text.ToUpperInvariant() switch
        {
            "TRUE" => true,
            "FALSE" => false,
            _ => throw At(node, field, $"'{Shown(text)}' is neither true nor false", "true or false"),
        };
    }

    /// <summary>One of <paramref name="allowed"/>, in that spelling: the published schemas know no other.</summary>
    public string Choice(string field, IReadOnlyList<string> allowed, string? otherwise = null)
    {
        string all = string.Join(", ", allowed);
        if (Node(field) is not { } node)
            return otherwise ?? throw Error(field, "is missing", $"one of: {all}");
        string text = Scalar(node, field, $"one of: {all}");
        return allowed.FirstOrDefault(one => one == text)
            ?? throw At(node, field, $"'{Shown(text)}' is not allowed", $"one of: {all}");
    }

    /// <summary>A list of texts; empty where missing.</summary>
    public IReadOnlyList<string> Texts(string field, int maxCount = 64) =>
        [.. Items(field, maxCount, "texts").Select(item => Scalar(item, field, "a text") is { Length: > 0 } text
            ? Checked(text, item, field, MostItemLength)
            : throw At(item, field, "an entry is empty", $"texts of 1 to {MostItemLength} characters"))];

    /// <summary>A list of numbers with or without a point; null where missing.</summary>
    public IReadOnlyList<double>? Reals(string field, int count, double least, double most)
    {
        if (!Has(field))
            return null;
        IReadOnlyList<YamlNode> items = Items(field, count, "numbers");
        return items.Count == count
            ? [.. items.Select(item => RealNumber(item, field, least, most))]
            : throw Error(field, $"has {items.Count} numbers", $"exactly {count}, each {RealAllowed(least, most)}");
    }

    /// <summary>A list of whole numbers; empty where missing.</summary>
    public IReadOnlyList<long> Numbers(string field, int maxCount, long least, long most) =>
        [.. Items(field, maxCount, "whole numbers").Select(item => WholeNumber(item, field, least, most))];

    /// <summary>A nested mapping; null where missing.</summary>
    public YamlSection? Section(string field) => Node(field) switch
    {
        null => null,
        YamlMappingNode mapping => new YamlSection(mapping, PathOf(field)!, File, SourceText),
        { } other => throw At(other, field, "must hold fields of its own", "indented lines  name: value  below it, or {name: value}"),
    };

    /// <summary>A list of mappings; empty where missing.</summary>
    public IReadOnlyList<YamlSection> Sections(string field, int maxCount = 99) =>
        [.. Items(field, maxCount, "entries").Select((item, index) => item is YamlMappingNode mapping
            ? new YamlSection(mapping, $"{PathOf(field)}[{index + 1}]", File, SourceText)
            : throw At(item, $"{field}[{index + 1}]", "must hold fields of its own", "'- name: value' with further fields below it"))];

    /// <summary>Refuses every field that was not asked for; lists what is allowed.</summary>
    public void RejectUnknown()
    {
        if (Keys.FirstOrDefault(key => !_asked.Contains(key)) is { } unknown)
            throw Error(unknown, "there is no such field", $"allowed here: {string.Join(", ", _asked)}");
    }

    /// <summary>An error about one field of this mapping, ready to throw.</summary>
    public ConfigurationException Error(string? field, string problem, string allowed) =>
        new(File, field is null ? Line : LineOf(field), PathOf(field), problem, allowed);

    private static ConfigurationException TooLarge(string file) =>
        new(file, null, null, "is larger than 1 MiB", "Name a jig, recipe or settings file; none of them is that large.");

    private YamlNode? Node(string field)
    {
        if (!_asked.Contains(field))
            _asked.Add(field);
        return _node.Children.FirstOrDefault(pair => ((YamlScalarNode)pair.Key).Value == field).Value;
    }

    private IReadOnlyList<YamlNode> Items(string field, int maxCount, string what) => Node(field) switch
    {
        null => [],
        YamlSequenceNode list when list.Children.Count <= maxCount => [.. list.Children],
        YamlSequenceNode list => throw At(list, field, $"has {list.Children.Count} entries", $"at most {maxCount}"),
        { } other => throw At(other, field, "must be a list", $"{what} in [ ], separated by commas, or one per line after '- '"),
    };

    private string Scalar(YamlNode node, string field, string allowed)
    {
        if (node is not YamlScalarNode scalar)
            throw At(node, field, node is YamlSequenceNode ? "is a list" : "holds fields of its own", allowed);
        bool isNull = scalar.Style == ScalarStyle.Plain && scalar.Value is "~" or "null" or "Null" or "NULL";
        return isNull ? "" : scalar.Value ?? "";
    }

    private string Checked(string text, YamlNode node, string field, int maxLength)
    {
        if (text.Length > maxLength)
            throw At(node, field, $"has {text.Length} characters", $"at most {maxLength}");
        return text.Any(char.IsControl)
            ? throw At(node, field, "holds a control character or a line break", "one line of printable text")
            : text;
    }

    private long WholeNumber(YamlNode node, string field, long least, long most)
    {
        string allowed = $"a whole number from {least} to {most}, decimal or 0x hex";
        string text = Scalar(node, field, allowed);
        bool isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        bool isNumber = isHex
            ? long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long number) && number >= 0
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
        if (!isNumber)
            throw At(node, field, text.Length == 0 ? "is empty" : $"'{Shown(text)}' is not a whole number", allowed);
        return number >= least && number <= most ? number : throw At(node, field, $"{Shown(text)} is out of range", allowed);
    }

    private double RealNumber(YamlNode node, string field, double least, double most)
    {
        string text = Scalar(node, field, RealAllowed(least, most));
        bool isNumber = double.TryParse(
            text,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture,
            out double number)
            && double.IsFinite(number);
        if (!isNumber)
            throw At(node, field, text.Length == 0 ? "is empty" : $"'{Shown(text)}' is not a number", RealAllowed(least, most));
        return number >= least && number <= most ? number : throw At(
            node, field, $"{Shown(text)} is out of range", RealAllowed(least, most));
    }

    private static string RealAllowed(double least, double most) => string.Create(
        CultureInfo.InvariantCulture, $"a number from {least} to {most}");

    /// <summary>A value as an error may show it: short, and without characters that a terminal obeys.</summary>
    private static string Shown(string text)
    {
        string one = new([.. text.Select(letter => char.IsControl(letter) ? '?' : letter)]);
        return one.Length <= 40 ? one : one[..40] + "…";
    }

    private string? PathOf(string? field) => field is null
        ? (_path.Length == 0 ? null : _path)
        : _path.Length == 0 ? Shown(field) : $"{_path}.{Shown(field)}";

    private ConfigurationException At(YamlNode node, string field, string problem, string allowed) =>
        new(File, (int)node.Start.Line, PathOf(field), problem, allowed);
}
