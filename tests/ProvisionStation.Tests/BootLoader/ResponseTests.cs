using ProvisionStation.Beken.BootLoader;

namespace ProvisionStation.Tests.BootLoader;

/// <summary>Answers byte for byte. Origin of the vectors: accepted by hid_download_py's checks, bk7231tools, or read in the device-side source.</summary>
public sealed class ResponseTests
{
    private static readonly byte[] Sector = new byte[4096];

    public static TheoryData<string, string> Answered => new()
    {
        { "link", "040E0501E0FC0100" },
        { "rate-20", "040E0901E0FC0F00100E0014" },
        { "rate-200", "040E0901E0FC0F00100E00C8" },
        { "chip-id", "040E0C01E0FC03000080001C230700" },
        { "write-register", "040E0C01E0FC017400800001000000" },
        { "crc", "040E0801E0FC102CF05EBE" },
        { "crc", "040E0801E0FC10F598AB0E" },
        { "version", "040E1201E0FC11424B37323331535F312E302E3500" },
        { "flash-id", "040EFF01E0FCF406000E0000EB6015" },
        { "flash-id", "040EFF01E0FCF405000E00EB6015" },
        { "sr1", "040EFF01E0FCF404000C00057C" },
        { "sr2", "040EFF01E0FCF404000C003540" },
        { "write-sr-8", "040EFF01E0FCF404000D000100" },
        { "write-sr-16", "040EFF01E0FCF405000D00010000" },
        { "erase-4k", "040EFF01E0FCF407000F002000100100" },
        { "erase-64k", "040EFF01E0FCF407000F00D800000200" },
        { "erase-low", "040EFF01E0FCF407000F062000100000" },
        { "write", "040EFF01E0FCF40600070000100100" },
        { "read", "040EFF01E0FCF40610090000100100" + Convert.ToHexString(Sector) },
        { "read-low", "040EFF01E0FCF4070009060000000000" },
    };

    private static Command CommandOf(string name) => name switch
    {
        "link" => Beken.BootLoader.Commands.LinkCheck,
        "rate-20" => Beken.BootLoader.Commands.SetBitRate(921600, 20),
        "rate-200" => Beken.BootLoader.Commands.SetBitRate(921600, 200),
        "chip-id" => Beken.BootLoader.Commands.ReadRegister(0x00800000),
        "write-register" => Beken.BootLoader.Commands.WriteRegister(0x00800074, 1),
        "crc" => Beken.BootLoader.Commands.CheckCrc(0x11000, 0x129FFF),
        "version" => Beken.BootLoader.Commands.ReadBootVersion,
        "flash-id" => Beken.BootLoader.Commands.ReadFlashId,
        "sr1" => Beken.BootLoader.Commands.ReadStatus(0x05),
        "sr2" => Beken.BootLoader.Commands.ReadStatus(0x35),
        "write-sr-8" => Beken.BootLoader.Commands.WriteStatus(0x01, 0x00),
        "write-sr-16" => Beken.BootLoader.Commands.WriteStatus(0x01, 0x00, 0x00),
        "erase-4k" => Beken.BootLoader.Commands.Erase(Beken.BootLoader.Commands.EraseSector, 0x11000),
        "erase-64k" => Beken.BootLoader.Commands.Erase(Beken.BootLoader.Commands.EraseBlock, 0x20000),
        "erase-low" => Beken.BootLoader.Commands.Erase(Beken.BootLoader.Commands.EraseSector, 0x1000),
        "write" => Beken.BootLoader.Commands.WriteSector(0x11000, Sector),
        "read" => Beken.BootLoader.Commands.ReadSector(0x11000),
        "read-low" => Beken.BootLoader.Commands.ReadSector(0),
        _ => throw new ArgumentException(name, nameof(name)),
    };

    [Theory, MemberData(nameof(Answered), DisableDiscoveryEnumeration = true)]
    public void An_answer_is_taken_for_its_request(string request, string answer)
    {
        Response frame = Assert.Single(FramesIn(answer));
        Assert.True(CommandOf(request).IsAnsweredBy(frame));
    }

    [Theory]
    [InlineData("link", "040E0501E0FC0101")]
    [InlineData("chip-id", "040E0C01E0FC03040001441C230700")]
    [InlineData("sr1", "040EFF01E0FCF404000C003540")]
    [InlineData("erase-4k", "040EFF01E0FCF407000F002000200100")]
    [InlineData("erase-4k", "040EFF01E0FCF407000F00D800100100")]
    [InlineData("write", "040EFF01E0FCF40600070000200100")]
    [InlineData("crc", "040E0501E0FC0100")]
    [InlineData("rate-20", "040E0501E0FC0100")]
    [InlineData("read-low", "040EFF01E0FCF4070009000000000000")]
    public void An_answer_to_something_else_is_not(string request, string answer) =>
        Assert.False(CommandOf(request).IsAnsweredBy(Assert.Single(FramesIn(answer))));

    [Theory]
    [InlineData("040E0501E0FCAA55", false, 0xAA, 0)]
    [InlineData("040E0501E0FC5507", false, 0x55, 0)]
    [InlineData("040EFF01E0FCF402005407", true, 0x54, 7)]
    [InlineData("040EFF01E0FCF406000B0000100100", true, 0x0B, 0)]
    [InlineData("040EFF01E0FCF403000A0004", true, 0x0A, 0)]
    [InlineData("040EFF01E0FCF40700060000100100" + "00", true, 0x06, 0)]
    [InlineData("040EFF01E0FCF40700060000100100" + "10", true, 0x06, 0)]
    public void Frames_that_nothing_asks_for_are_still_whole(string bytes, bool isLong, byte opcode, byte status)
    {
        Response frame = Assert.Single(FramesIn(bytes));
        Assert.Equal((isLong, opcode, status), (frame.IsLong, frame.Opcode, frame.Status));
    }

    [Fact]
    public void A_sector_arrives_in_4111_bytes() => Assert.Equal(4111, Beken.BootLoader.Commands.ReadSector(0x11000).ReplyBytes);

    private static List<Response> FramesIn(string hex)
    {
        var buffer = new ReceiveBuffer();
        byte[] bytes = Convert.FromHexString(hex);
        bytes.CopyTo(buffer.Space);
        buffer.Added(bytes.Length);
        List<Response> frames = [];
        while (buffer.TryTake() is { } frame)
            frames.Add(frame);
        Assert.Equal(0, buffer.Count);
        return frames;
    }
}
