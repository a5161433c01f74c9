namespace ProvisionStation.Beken.Images;

/// <summary>Says whether an image can run on a unit.</summary>
public static class ImageFit
{
    /// <summary>Compares the image's chip and key with the unit's.</summary>
    /// <returns>Null where it fits; otherwise a sentence that names both.</returns>
    public static string? Check(FirmwareImage image, ChipModel chip, KeyClass key)
    {
        string made = $"the image is a {InWords(image.Kind)} for {image.Chip} with {InWords(image.Key)}";
        if (image.Kind == ImageKind.FullDump)
            return $"{made}, the copy of one unit and no release; use the release's QIO file for {chip}";
        if (chip is not (ChipModel.BK7231N or ChipModel.BK7231M or ChipModel.BK7231T))
            return $"{made}, and a {chip} is not converted here";
        if (image.Chip != chip)
            return $"{made}, the unit is a {chip}";
        if (key == KeyClass.NotReadable)
            return $"{made}, and the key of the unit, a {chip}, is not known";
        return image.Key == key ? null : $"{made}, the unit is a {chip} with {InWords(key)}";
    }

    private static string InWords(ImageKind kind) => kind switch
    {
        ImageKind.Qio => "QIO image",
        ImageKind.Ua => "UA image",
        _ => "dump of a whole flash",
    };

    private static string InWords(KeyClass key) => key switch
    {
        KeyClass.Default => "the default key",
        KeyClass.Zero => "no key",
        KeyClass.Foreign => "a vendor's own key",
        _ => "an unknown key",
    };
}
