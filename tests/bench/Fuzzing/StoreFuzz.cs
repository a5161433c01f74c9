using ProvisionStation.Beken.Tuya;

namespace ProvisionStation.Speed.Fuzzing;

/// <summary>Damaged vendor stores: a pin map whose text has a good checksum is the unit's own or not believed.</summary>
internal sealed class StoreFuzz
{
    private const int Sector = 4096;
    private readonly List<(byte[] Bytes, HashSet<string> Maps)> stores;

    /// <param name="stores">The part of a flash that holds a store.</param>
    public StoreFuzz(IReadOnlyList<byte[]> stores) => this.stores = [.. stores.Select(store => (store, OwnMaps(store)))];

    public FuzzOutcome Run(Random random)
    {
        (byte[] bytes, HashSet<string> maps) = stores[random.Next(stores.Count)];
        byte[] mutated = Mutation.Of(random, bytes);
        TuyaFindings found = TuyaExtraction.Extract(mutated);
        if (found.UserParamKeyCrc == TuyaCrc.Ok && !maps.Contains(Map(found)))
            return FuzzOutcome.Fault($"the map became [{Map(found)}] with a good checksum");
        if (random.Next(8) == 0)
            TuyaScrub.Scrub(mutated);
        if (random.Next(8) == 0)
            CredentialTraces.Find(mutated, bytes);
        return found.UserParamKeyCrc == TuyaCrc.Ok ? FuzzOutcome.Result : FuzzOutcome.Refusal;
    }

    /// <summary>The unit's map, and what an older generation of it says once a sector with the newest is lost.</summary>
    private static HashSet<string> OwnMaps(byte[] store)
    {
        HashSet<string> maps = [Map(TuyaExtraction.Extract(store))];
        for (int at = 0; at < store.Length; at += Sector)
        {
            byte[] lost = [.. store];
            lost.AsSpan(at, Math.Min(Sector, store.Length - at)).Fill(0xFF);
            TuyaFindings found = TuyaExtraction.Extract(lost);
            if (found.UserParamKeyCrc == TuyaCrc.Ok)
                maps.Add(Map(found));
        }

        return maps;
    }

    private static string Map(TuyaFindings found) => found.PinMapText ?? "";
}
