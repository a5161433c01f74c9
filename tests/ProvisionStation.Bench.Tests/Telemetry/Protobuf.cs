using System.Text;

namespace ProvisionStation.Bench.Tests.Telemetry;

/// <summary>As much of protobuf's wire format as it takes to find named fields. Source: protobuf.dev, Encoding.</summary>
internal static class Protobuf
{
    /// <summary>The texts at a path of field numbers, each of them a nested message but the last.</summary>
    public static IEnumerable<string> Texts(ReadOnlyMemory<byte> message, params int[] path) =>
        Nested(message, path).Select(text => Encoding.UTF8.GetString(text.Span));

    /// <summary>The nested messages at a path of field numbers.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Nested(ReadOnlyMemory<byte> message, params int[] path) =>
        path.Aggregate<int, IEnumerable<ReadOnlyMemory<byte>>>([message], (outer, field) => outer.SelectMany(one => Fields(one, field)));

    private static List<ReadOnlyMemory<byte>> Fields(ReadOnlyMemory<byte> message, int wanted)
    {
        List<ReadOnlyMemory<byte>> found = [];
        int at = 0;
        while (at < message.Length)
        {
            ulong key = Varint(message.Span, ref at);
            int length = (key & 7) switch
            {
                0 => SkipVarint(message.Span, ref at),
                1 => 8,
                2 => checked((int)Varint(message.Span, ref at)),
                5 => 4,
                _ => throw new FormatException($"wire type {key & 7}"),
            };
            if ((key & 7) == 2 && (int)(key >> 3) == wanted)
                found.Add(message.Slice(at, length));
            at += length;
        }

        return at == message.Length ? found : throw new FormatException("a field ends behind its message");
    }

    private static int SkipVarint(ReadOnlySpan<byte> bytes, ref int at)
    {
        Varint(bytes, ref at);
        return 0;
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }

        throw new FormatException("a number of more than ten bytes");
    }
}
