using ProvisionStation.Beken.Obk;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Obk;

public sealed class ObkConfigFuzzTests
{
    [Fact]
    public void A_damaged_configuration_is_decoded_or_rejected_and_never_throws()
    {
        byte[][] vectors = [.. new[] { "01-default-n", "04-long-startup-n", "05-all-pins-t", "06-v3-n", "08-bk7252-layout" }.Select(name => ObkVector.Load(name).Bytes)];
        Fuzz.Run(500, random =>
        {
            byte[] sector = [.. vectors[random.Next(vectors.Length)]];
            for (int hit = random.Next(1, 40); hit > 0; hit--)
                sector[random.Next(3) == 0 ? random.Next(8) : random.Next(sector.Length)] = (byte)random.Next(256);
            if (random.Next(3) == 0)
                sector = sector[..random.Next(sector.Length)];
            ObkDecoded decoded = ObkConfigCodec.Decode(sector);
            Assert.True(decoded.Config is not null || decoded.Rejection is not null);
        });
    }
}
