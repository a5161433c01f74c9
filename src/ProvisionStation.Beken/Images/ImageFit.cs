namespace ProvisionStation.Beken.Images;

/// <summary>Says whether an image can run on a unit.</summary>
public static class ImageFit
{
    /// <summary>Compares the image's chip and key with the unit's.</summary>
    /// <returns>Null where it fits; otherwise a sentence that names both.</returns>
    public static string? Check(FirmwareImage image, ChipModel chip, KeyClass key) => throw new NotImplementedException();
}
