using System.Buffers.Binary;
using ProvisionStation.Beken.Flash;

namespace ProvisionStation.Beken.Obk;

/// <summary>Between the bytes of the configuration sector and an <see cref="ObkConfig"/>.</summary>
/// <remarks>Source: OpenBK7231T_App, src/new_cfg.c at releases 1.12.48, 1.17.63, 1.17.341 and 1.18.299.</remarks>
public static class ObkConfigCodec
{
    /// <summary>Length of the struct of versions 2 and 3, in bytes.</summary>
    private const int OldStructBytes = 2016;

    private const string OldVersion = "version 2, as releases up to 1.12.48 wrote it, is rejected and destroyed by today's firmware";

    private const int ChecksumOffset = 3;
    private const int FirstSummed = 4;

    private static ReadOnlySpan<byte> Ident => "CFG"u8;

    /// <summary>Reads a struct of 2016 or 3584 bytes or a whole sector. Never throws, whatever the bytes.</summary>
    /// <param name="content">The struct from its first byte; what follows it is not looked at.</param>
    /// <param name="chip">The chip it was found on; unknown: told by the names in it.</param>
    public static ObkDecoded Decode(ReadOnlySpan<byte> content, ChipModel chip = ChipModel.Unknown)
    {
        if (content.Length < OldStructBytes)
            return new ObkDecoded(null, $"{content.Length} bytes are too few: a configuration has {OldStructBytes} or {ObkConfig.StructBytes}", null, false);
        if (!content.StartsWith(Ident))
            return new ObkDecoded(null, content.ContainsAnyExcept((byte)0xFF) ? "there is no configuration: it does not begin with CFG" : "there is no configuration: the sector is erased", null, false);
        int version = BinaryPrimitives.ReadInt32LittleEndian(content[4..]);
        byte found = content[ChecksumOffset];
        if (version > ObkConfig.CurrentVersion)
            return new ObkDecoded(
                null, $"version {version} is not known: the firmware would take it for a {ObkConfig.CurrentVersion} without a word", version, false)
            {
                Checksum = found,
            };
        if (version < 2)
            return new ObkDecoded(null, $"version {version} is not known: 2 to {ObkConfig.CurrentVersion} are", version, false) { Checksum = found };
        return Summed(content, version, chip) with { Checksum = found };
    }

    /// <summary>The struct as the firmware would save it, always version 5, with its checksum.</summary>
    public static byte[] Encode(ObkConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        byte[] bytes = config.Content.ToArray();
        Ident.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), ObkConfig.CurrentVersion);
        bytes[ChecksumOffset] = ObkChecksum.Of(bytes.AsSpan(FirstSummed));
        return bytes;
    }

    /// <summary>The whole 4096-byte sector: the struct, the rest as erased.</summary>
    public static byte[] EncodeSector(ObkConfig config)
    {
        byte[] sector = new byte[FlashAddress.SectorBytes];
        Array.Fill(sector, (byte)0xFF);
        Encode(config).CopyTo(sector, 0);
        return sector;
    }

    /// <summary>Everything that would keep the sector from staying as it was written, or the unit from working. Empty: nothing.</summary>
    /// <param name="config">Any.</param>
    /// <param name="expectsAccessPoint">True where the unit is to open its own access point; then a network to join is a problem too.</param>
    public static IReadOnlyList<ObkProblem> Check(ObkConfig config, bool expectsAccessPoint = false)
    {
        ArgumentNullException.ThrowIfNull(config);
        List<ObkProblem> problems = ObkConfigRules.Check(config);
        if (expectsAccessPoint)
            problems.AddRange(ObkConfigRules.AccessPoint(config));
        return problems;
    }

    /// <summary>Fills in what the firmware would fill in by itself at its first boot, so that the sector stays as it was written.</summary>
    /// <returns>What is still wrong and only a person can decide.</returns>
    public static IReadOnlyList<ObkProblem> Complete(ObkConfig config) => ObkConfigRules.Complete(config);

    private static ObkDecoded Summed(ReadOnlySpan<byte> content, int version, ChipModel chip)
    {
        byte found = content[ChecksumOffset];
        int length = version >= 4 ? ObkConfig.StructBytes : OldStructBytes;
        // Today's firmware sums version 2 over the new length, which no release ever wrote.
        if (version == 2 && content.Length >= ObkConfig.StructBytes && ObkChecksum.Of(content[FirstSummed..ObkConfig.StructBytes]) == found)
            length = ObkConfig.StructBytes;
        if (content.Length < length)
            return new ObkDecoded(null, $"{content.Length} bytes are too few: version {version} has {length}", version, false);

        ReadOnlySpan<byte> summed = content[FirstSummed..length];
        byte right = ObkChecksum.Of(summed);
        if (right == found)
            return new ObkDecoded(Read(content[..length], version, chip), null, version, true) { Warning = version == 2 && length == OldStructBytes ? OldVersion : null };
        string reason = ObkChecksum.Unsigned(summed) == found
            ? $"the checksum 0x{found:X2} was made with the ordinary CRC-8, the firmware's own would be 0x{right:X2}"
            : $"the checksum is 0x{found:X2} and should be 0x{right:X2}";
        return new ObkDecoded(null, reason + ": the firmware would replace it with its defaults", version, false);
    }

    private static ObkConfig Read(ReadOnlySpan<byte> found, int version, ChipModel chip)
    {
        byte[] bytes = new byte[ObkConfig.StructBytes];
        found.CopyTo(bytes);
        ObkLayout layout = chip == ChipModel.Unknown ? LayoutOf(bytes, out chip) : ObkLayout.Of(chip);
        ObkConfig config = new(chip, layout, bytes);
        // What lies behind the second network's password got its meaning with version 5; in version 4 it is fill.
        if (version == 4)
            bytes.AsSpan(layout["webPassword"].Offset).Clear();
        return config;
    }

    /// <summary>By the names the firmware gave; where a person changed them, by the button times, which are never 0 in a saved struct.</summary>
    private static ObkLayout LayoutOf(byte[] bytes, out ChipModel chip)
    {
        ObkConfig narrow = new(ChipModel.Unknown, ObkLayout.Slots32, bytes);
        chip = ObkDefaults.ChipOf(narrow.LongName, narrow.MqttGroup);
        if (chip != ChipModel.Unknown)
            return ObkLayout.Of(chip);
        ObkConfig wide = new(ChipModel.Unknown, ObkLayout.Slots48, bytes);
        return narrow["buttonShortPress"][0] == 0 && wide["buttonShortPress"][0] != 0 ? ObkLayout.Slots48 : ObkLayout.Slots32;
    }
}
