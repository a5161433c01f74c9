using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ProvisionStation.Bench.Yaml;

/// <summary>Looks through the events of a YAML text before a tree is made of it, so that a hostile file cannot grow or nest
/// without end.</summary>
internal static class YamlCheck
{
    /// <summary>Deepest nesting. A jig needs four levels.</summary>
    public const int MostDepth = 32;

    /// <summary>Refuses aliases, anchors, tags, second documents, keys that are no plain text, and duplicate keys.</summary>
    /// <exception cref="ConfigurationException">With file and line.</exception>
    /// <exception cref="YamlException">The text is no YAML.</exception>
    public static void Check(string text, string file)
    {
        Parser parser = new(new StringReader(text));
        Stack<Level> levels = new();
        int documents = 0;
        while (Next(parser))
        {
            ParsingEvent now = parser.Current!;
            if (now is DocumentStart && ++documents > 1)
                throw Refused(now, null, "a second document begins here", "one document in a file: take the '---' out");
            if (now is AnchorAlias)
                throw Refused(now, null, "aliases ('*name') are not allowed", "write the value out");
            if (now is NodeEvent node)
                CheckNode(node, levels);
            if (now is MappingStart or SequenceStart)
                levels.Push(new Level(now is MappingStart));
            if (now is MappingEnd or SequenceEnd)
                levels.Pop();
            if (levels.Count > MostDepth)
                throw Refused(now, null, $"the file nests deeper than {MostDepth} levels", "a flat file, as in the examples");
        }

        ConfigurationException Refused(ParsingEvent at, string? field, string problem, string allowed) =>
            new(file, (int)at.Start.Line, field, problem, allowed);

        void CheckNode(NodeEvent node, Stack<Level> open)
        {
            if (!node.Anchor.IsEmpty)
                throw Refused(node, null, "anchors ('&name') are not allowed", "write the value out where it is needed");
            if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
                throw Refused(node, null, $"tags ('{node.Tag}') are not allowed", "the plain value");
            if (!open.TryPeek(out Level? level) || !level.TakesKey())
                return;
            if (node is not Scalar key)
                throw Refused(node, null, "a field name must be plain text", "for example  port: /dev/ttyUSB0");
            if (!level.Keys!.Add(key.Value))
                throw Refused(node, key.Value, "stands here twice", "each field once");
        }
    }

    /// <summary>The YAML library ends in other exceptions on some malformed texts; what it had read last says where.</summary>
    private static bool Next(Parser parser)
    {
        try
        {
            return parser.MoveNext();
        }
        catch (Exception e) when (
            e is ArgumentException or InvalidOperationException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            Mark at = parser.Current?.End ?? Mark.Empty;
            throw new YamlException(at, at, "something is missing or misplaced here");
        }
    }

    private sealed class Level(bool isMapping)
    {
        private bool _valueNext = true;

        public HashSet<string>? Keys { get; } = isMapping ? [] : null;

        /// <summary>True for the first, third, … node of a mapping.</summary>
        public bool TakesKey()
        {
            if (Keys is null)
                return false;
            _valueNext = !_valueNext;
            return !_valueNext;
        }
    }
}
