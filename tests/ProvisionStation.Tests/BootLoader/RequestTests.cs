namespace ProvisionStation.Tests.BootLoader;

/// <summary>Requests byte for byte. Origin of the vectors: bk7231tools' encoder, hid_download_py, and a capture of BkWriter.</summary>
public sealed class RequestTests
{
    private static readonly byte[] Sector = [.. Enumerable.Range(0, 4096).Select(index => (byte)index)];

    public static TheoryData<string, byte[]> Vectors => new()
    {
        { "01E0FC0100", Beken.BootLoader.Commands.LinkCheck.Bytes },
        { "01E0FC050300008000", Beken.BootLoader.Commands.ReadRegister(0x00800000).Bytes },
        { "01E0FC09017400800001000000", Beken.BootLoader.Commands.WriteRegister(0x00800074, 1).Bytes },
        { "01E0FC060F00C2010014", Beken.BootLoader.Commands.SetBitRate(115200, 20).Bytes },
        { "01E0FC060F0084030014", Beken.BootLoader.Commands.SetBitRate(230400, 20).Bytes },
        { "01E0FC060F0008070014", Beken.BootLoader.Commands.SetBitRate(460800, 20).Bytes },
        { "01E0FC060F00100E0014", Beken.BootLoader.Commands.SetBitRate(921600, 20).Bytes },
        { "01E0FC060F00100E00C8", Beken.BootLoader.Commands.SetBitRate(921600, 200).Bytes },
        { "01E0FC060F60E3160014", Beken.BootLoader.Commands.SetBitRate(1500000, 20).Bytes },
        { "01E0FC060F80841E0014", Beken.BootLoader.Commands.SetBitRate(2000000, 20).Bytes },
        { "01E0FC060FC0C62D0014", Beken.BootLoader.Commands.SetBitRate(3000000, 20).Bytes },
        { "01E0FC09100000000000010000", Beken.BootLoader.Commands.CheckCrc(0, 0x100).Bytes },
        { "01E0FC091000100100FF9F1200", Beken.BootLoader.Commands.CheckCrc(0x11000, 0x129FFF).Bytes },
        { "01E0FC09100010010000A01200", Beken.BootLoader.Commands.CheckCrc(0x11000, 0x12A000).Bytes },
        { "01E0FC09100010210000A03200", Beken.BootLoader.Commands.CheckCrc(0x211000, 0x32A000).Bytes },
        { "01E0FC020EA5", Beken.BootLoader.Commands.Reboot.Bytes },
        { "01E0FC02AA55", Beken.BootLoader.Commands.Short(0xAA, [0x55], 0xAA, [0x55], 1).Bytes },
        { "01E0FC05705345414E", Beken.BootLoader.Commands.Short(0x70, "SEAN"u8, 0x70, [], 0).Bytes },
        { "01E0FC05FE95279527", Beken.BootLoader.Commands.Short(0xFE, [0x95, 0x27, 0x95, 0x27], 0xFE, [], 0).Bytes },
        { "01E0FC0111", Beken.BootLoader.Commands.ReadBootVersion.Bytes },
        { "01E0FCFFF405000900100100", Beken.BootLoader.Commands.ReadSector(0x11000).Bytes },
        { "01E0FCFFF405000900002000", Beken.BootLoader.Commands.ReadSector(0x200000).Bytes },
        { "01E0FCFFF406000F2000100100", Beken.BootLoader.Commands.Erase(Beken.BootLoader.Commands.EraseSector, 0x11000).Bytes },
        { "01E0FCFFF406000FD800000200", Beken.BootLoader.Commands.Erase(Beken.BootLoader.Commands.EraseBlock, 0x20000).Bytes },
        { "01E0FCFFF405000B00100100", Beken.BootLoader.Commands.Long(0x0B, [0x00, 0x10, 0x01, 0x00], [], 4).Bytes },
        { "01E0FCFFF402000A04", Beken.BootLoader.Commands.Long(0x0A, [0x04], [], 1).Bytes },
        { "01E0FCFFF405100700100100" + Convert.ToHexString(Sector), Beken.BootLoader.Commands.WriteSector(0x11000, Sector).Bytes },
        { "01E0FCFFF405010600341200" + Convert.ToHexString(Sector[..256]), Beken.BootLoader.Commands.Long(0x06, [0x00, 0x34, 0x12, 0x00, .. Sector[..256]], [], 5).Bytes },
        { "01E0FCFFF402000C05", Beken.BootLoader.Commands.ReadStatus(0x05).Bytes },
        { "01E0FCFFF402000C35", Beken.BootLoader.Commands.ReadStatus(0x35).Bytes },
        { "01E0FCFFF403000D0100", Beken.BootLoader.Commands.WriteStatus(0x01, 0x00).Bytes },
        { "01E0FCFFF404000D018002", Beken.BootLoader.Commands.WriteStatus(0x01, 0x80, 0x02).Bytes },
        { "01E0FCFFF405000E9F000000", Beken.BootLoader.Commands.ReadFlashId.Bytes },
    };

    [Theory, MemberData(nameof(Vectors), DisableDiscoveryEnumeration = true)]
    public void A_request_is_what_the_public_tools_send(string expected, byte[] bytes) => Assert.Equal(expected, Convert.ToHexString(bytes));

    [Fact]
    public void A_sector_write_is_4108_bytes_long() => Assert.Equal(4108, Beken.BootLoader.Commands.WriteSector(0x11000, Sector).Bytes.Length);

    [Theory, InlineData(4095), InlineData(4097), InlineData(0)]
    public void Only_whole_sectors_are_written(int length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Beken.BootLoader.Commands.WriteSector(0x11000, new byte[length]));
}
