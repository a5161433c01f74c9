using ProvisionStation.Beken.Flash;

namespace ProvisionStation.Tests.Support;

internal static class Ranges
{
    public static FlashRange At(uint start, uint bytes) => new(new FlashAddress(start), bytes);
}
