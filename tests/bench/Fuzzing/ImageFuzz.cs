using ProvisionStation.Beken.Flash;
using ProvisionStation.Beken.Images;

namespace ProvisionStation.Speed.Fuzzing;

/// <summary>Damaged firmware files: what is still taken for an image is written where images go, for the chip it was made for.</summary>
internal sealed class ImageFuzz(IReadOnlyList<byte[]> images)
{
    private readonly FirmwareImage[] originals = [.. images.Select(image => FirmwareImage.Recognise(image, "original"))];

    public FuzzOutcome Run(Random random)
    {
        int which = random.Next(images.Count);
        try
        {
            FirmwareImage image = FirmwareImage.Recognise(Mutation.Of(random, images[which]), "mutated");
            if (image.WriteRange.Start != FlashLayout.WriteFloor || image.WriteRange.End.Value > FlashLayout.Of(image.Chip)!.RfSector.Start.Value)
                return FuzzOutcome.Fault($"it would be written to {image.WriteRange}");
            return image.Chip == originals[which].Chip ? FuzzOutcome.Result : FuzzOutcome.Fault($"an image for {originals[which].Chip} became one for {image.Chip}");
        }
        catch (ImageException)
        {
            return FuzzOutcome.Refusal;
        }
    }
}
