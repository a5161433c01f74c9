using ProvisionStation.Beken.BootLoader;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.BootLoader;

public sealed class ReceiveBufferTests
{
    private static readonly byte[] Link = Convert.FromHexString("040E0501E0FC0100");
    private readonly ReceiveBuffer buffer = new();

    [Fact]
    public void A_frame_is_found_behind_stray_bytes_and_they_are_counted()
    {
        Put([0x55, 0x04, 0x04, 0x0E, 0x05, 0x99, .. Link]);
        Assert.NotNull(buffer.TryTake());
        Assert.Equal(6, buffer.StrayBytes);
    }

    [Fact]
    public void A_frame_may_arrive_byte_by_byte()
    {
        foreach (byte value in Link[..^1])
        {
            Put([value]);
            Assert.Null(buffer.TryTake());
        }

        Assert.Equal(1, buffer.MissingBytes);
        Put(Link[^1..]);
        Assert.NotNull(buffer.TryTake());
    }

    [Fact]
    public void A_length_beyond_the_longest_answer_is_no_frame()
    {
        Put(Convert.FromHexString("040EFF01E0FCF4FFFF0900"));
        Assert.Null(buffer.TryTake());
        Put(Link);
        Assert.NotNull(buffer.TryTake());
    }

    [Fact]
    public void The_longest_answer_fits_while_another_is_held()
    {
        byte[] sector = [.. Convert.FromHexString("040EFF01E0FCF4061009000010010000"), .. new byte[4095]];
        for (int round = 0; round < 5; round++)
        {
            Put(sector);
            Assert.Equal(4100, buffer.TryTake()!.Payload.Length);
        }
    }

    [Fact]
    public void Garbage_never_throws_fills_up_or_hides_the_frame_behind_it()
    {
        Fuzz.Run(60, random =>
        {
            var fuzzed = new ReceiveBuffer();
            for (int lump = 0; lump < 20; lump++)
            {
                byte[] bytes = Garbage(random);
                Assert.True(fuzzed.Space.Length >= bytes.Length);
                bytes.CopyTo(fuzzed.Space);
                fuzzed.Added(bytes.Length);
                while (fuzzed.TryTake() is { } frame)
                    Assert.InRange(frame.Payload.Length, 0, 4100);
                Assert.InRange(fuzzed.MissingBytes, 1, ReceiveBuffer.LongestFrameBytes);
            }

            fuzzed.Clear();
            Link.CopyTo(fuzzed.Space);
            fuzzed.Added(Link.Length);
            Assert.NotNull(fuzzed.TryTake());
        });
    }

    /// <summary>Random bytes with pieces of real headers in them, which reach further than noise does.</summary>
    private static byte[] Garbage(Random random)
    {
        byte[] bytes = new byte[random.Next(1, 3000)];
        random.NextBytes(bytes);
        byte[] header = Convert.FromHexString(random.Next(2) == 0 ? "040EFF01E0FCF4" : "040E0501E0FC01");
        for (int piece = random.Next(5); piece > 0; piece--)
            header.AsSpan(0, Math.Min(random.Next(1, 8), bytes.Length)).CopyTo(bytes.AsSpan(random.Next(Math.Max(1, bytes.Length - 7))));
        return bytes;
    }

    private void Put(byte[] bytes)
    {
        bytes.CopyTo(buffer.Space);
        buffer.Added(bytes.Length);
    }
}
