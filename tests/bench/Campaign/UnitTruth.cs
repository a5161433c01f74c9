using System.Security.Cryptography;
using System.Text.Json;

namespace ProvisionStation.Speed.Campaign;

/// <summary>What the witness knows of a unit at one moment; the flash itself is boiled down, so that thousands fit into memory.</summary>
/// <param name="State">The simulator's <c>state</c>.</param>
/// <param name="Sha256">Of the whole flash.</param>
/// <param name="Sectors">A hash of each 4 KiB sector.</param>
/// <param name="ImageIsIn">True where the image stands in its whole range.</param>
internal sealed record UnitTruth(JsonElement State, string Sha256, ulong[] Sectors, bool ImageIsIn)
{
    /// <summary>Erase and program commands since the unit came.</summary>
    public int Touches => State.Number("erases") + State.Number("programs");

    /// <summary>Looks at a slot.</summary>
    /// <param name="witness">The simulator.</param>
    /// <param name="slot">A slot that is not empty.</param>
    /// <param name="image">What is to be in it.</param>
    /// <param name="original">True for the flash as the unit came, false for the flash as it is.</param>
    public static async Task<UnitTruth> LookAsync(Witness witness, int slot, CampaignImage image, bool original = false)
    {
        byte[] flash = await witness.FlashAsync(original ? "original" : "dump", slot);
        return Of(await witness.TellAsync($"state {slot}"), flash, image);
    }

    /// <summary>The same where the slot may be empty: null then.</summary>
    public static async Task<UnitTruth?> TryLookAsync(Witness witness, int slot, CampaignImage image)
    {
        try
        {
            return await LookAsync(witness, slot, image);
        }
        catch (InvalidOperationException) when (!witness.HasEnded)
        {
            return null;
        }
    }

    /// <summary>The sectors in which two moments differ.</summary>
    public IEnumerable<int> ChangedSince(UnitTruth before) => Enumerable.Range(0, Sectors.Length).Where(sector => Sectors[sector] != before.Sectors[sector]);

    private static UnitTruth Of(JsonElement state, byte[] flash, CampaignImage image)
    {
        ulong[] sectors = new ulong[flash.Length / CampaignImage.SectorBytes];
        byte[] hash = new byte[SHA256.HashSizeInBytes];
        for (int index = 0; index < sectors.Length; index++)
        {
            SHA256.HashData(flash.AsSpan(index * CampaignImage.SectorBytes, CampaignImage.SectorBytes), hash);
            sectors[index] = BitConverter.ToUInt64(hash);
        }

        return new UnitTruth(state, Convert.ToHexStringLower(SHA256.HashData(flash)), sectors, image.IsIn(flash));
    }
}
