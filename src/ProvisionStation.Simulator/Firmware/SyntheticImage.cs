namespace ProvisionStation.Simulator.Firmware;

/// <summary>
/// OpenBeken images with the structure of released ones and none of their code. Lengths are those of the release scripts
/// (configuration sheet 8): N and M 1220464 bytes, T 1048576. Nothing is published for U, BK7238 and BK7252: they get N's length.
/// </summary>
internal static class SyntheticImage
{
    private const int BodyBytes = 0xD0000;
    private const int OtherImageBytes = 1220464;
    private const int TImageBytes = 1048576;

    /// <summary>
    /// Loader and application, for 0x0. The M image carries N's scrambled loader before its unscrambled application, as M's do.
    /// </summary>
    public static byte[] Qio(SimChip chip, string version)
    {
        byte[] image = new byte[chip == SimChip.T ? TImageBytes : OtherImageBytes];
        SimChip loader = chip == SimChip.M ? SimChip.N : chip;
        LoaderRegion.Write(image, loader, ChipFacts.Of(loader).Key);
        WriteApplication(image.AsSpan(ChipFacts.LoaderBytes), chip, version);
        return image;
    }

    /// <summary>The application alone, for 0x11000.</summary>
    public static byte[] Ua(SimChip chip, string version)
    {
        byte[] image = new byte[(chip == SimChip.T ? TImageBytes : OtherImageBytes) - ChipFacts.LoaderBytes];
        WriteApplication(image, chip, version);
        return image;
    }

    /// <summary>
    /// Between body and trailer stand groups of scrambled FF, as a packed image has them. T's partition is no whole number of groups:
    /// its last 16 bytes stay blank.
    /// </summary>
    private static void WriteApplication(Span<byte> partition, SimChip chip, string version)
    {
        KeyStream key = KeyStream.Of(ChipFacts.Of(chip).Key);
        byte[] body = ApplicationBody.OpenBeken(chip, BodyBytes, version);
        int groups = partition.Length / CodeGroups.GroupBytes;
        byte[] code = new byte[(groups * CodeGroups.CodeBytes) - RblHeader.PlainBytes];
        code.AsSpan().Fill(0xFF);
        body.CopyTo(code, 0);
        partition.Fill(0xFF);
        CodeGroups.Write(code, ChipFacts.ApplicationAddress, key, partition);
        RblHeader.Write(partition[((groups * CodeGroups.GroupBytes) - RblHeader.PhysicalBytes)..], "app", version, body);
    }
}
