using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace ProvisionStation.Beken.Tuya;

/// <summary>Finds personal and secret data: home network, vendor identity, cloud keys, habits, and the copies of them.</summary>
internal static class TuyaPersonal
{
    /// <summary>What stands in place of a value that was taken out.</summary>
    public const byte Dummy = (byte)'x';

    private const int InnerOffset = 0x20;
    private const int NameBytes = 32;
    private const int MostRecords = 64;
    private const int MostStale = 16;
    private const int MostSecrets = 512;
    private const string OldCopy = ", old copy";
    private const string ProtectedCopy = ", protected copy";

    private static readonly (string Value, string Field, string What)[] Fields =
    [
        ("gw_wsm", "ssid", "Wi-Fi name"), ("gw_wsm", "passwd", "Wi-Fi password"), ("gw_wsm", "token", "pairing token"),
        ("gw_wsm", "reg_key", "pairing key"), ("gw_bi", "uuid", "factory identity"), ("gw_bi", "auth_key", "cloud licence"),
        ("gw_bi", "psk_key", "cloud licence"), ("gw_bi", "fac_pin", "factory identity"), ("gw_di", "id", "cloud device id"),
        ("gw_ai", "key", "cloud secret"), ("gw_ai", "lckey", "local key"), ("gw_ai", "time_z", "time zone"),
    ];

    /// <summary>Values that tell about people or the vendor's cloud as a whole.</summary>
    private static readonly (string Value, string What)[] Whole =
        [("ble_beaconkey", "Bluetooth secret"), ("timer_arr", "timers"), ("save_off_stat", "switching habits"), ("tuya_seed", "factory seed")];

    /// <summary>All secrets of a store: in its values and in the protected copy.</summary>
    public static List<TuyaSecret> Secrets(ReadOnlySpan<byte> dump, TuyaStore store, IEnumerable<TuyaValue> values)
    {
        List<TuyaSecret> found = [];
        foreach (TuyaValue value in values)
            Add(found, value.Name, value.Bytes, "");
        foreach (TuyaValue value in store.Stale.Take(MostStale).SelectMany(stale => TuyaValue.ReadStale(store, stale)))
            Add(found, value.Name, value.Bytes, OldCopy);
        foreach (byte[] inner in Protected(dump, store))
        {
            for (int at = 0, record = 0; record < MostRecords && at + 4 + NameBytes <= inner.Length; record++)
            {
                uint length = BinaryPrimitives.ReadUInt32LittleEndian(inner.AsSpan(at));
                int start = at + 4 + NameBytes;
                if (length == 0 || length > inner.Length - start)
                    break;
                string name = Encoding.Latin1.GetString(inner.AsSpan(at + 4, NameBytes)).TrimEnd('\0');
                Add(found, name, inner.AsSpan(start, (int)length), ProtectedCopy);
                at = start + (int)length;
            }
        }

        return [.. found.DistinctBy(secret => (secret.What, secret.Where, secret.Stored)).Take(MostSecrets)];
    }

    /// <summary>The secrets in one value.</summary>
    public static List<TuyaSecret> SecretsOf(TuyaValue value)
    {
        List<TuyaSecret> found = [];
        Add(found, value.Name, value.Bytes, "");
        return found;
    }

    /// <summary>What is there and where, never its value; a person reads this.</summary>
    public static IReadOnlyList<string> Describe(IEnumerable<TuyaSecret> secrets, string? mac)
    {
        IEnumerable<string> found = secrets.GroupBy(secret => secret.What).Select(group => $"{group.Key} ({WhereIs([.. group.Select(secret => secret.Where)])})");
        // Scrubbing leaves the maker's half of the MAC.
        bool hasUnitsHalf = mac is not null && !mac.EndsWith("000000", StringComparison.Ordinal);
        return [.. found, .. hasUnitsHalf ? (string[])["MAC (RF sector)"] : []];
    }

    /// <summary>The protected sectors' inner data, both layers taken off.</summary>
    public static IEnumerable<byte[]> Protected(ReadOnlySpan<byte> dump, TuyaStore store)
    {
        List<byte[]> found = [];
        using var master = TuyaCipher.Master();
        foreach (TuyaKey key in store.Keys.Where(key => key.IsProtected))
        {
            using var data = TuyaCipher.Data(key.Key);
            byte[] outer = master.Decrypt(dump.Slice(key.Offset!.Value, TuyaSector.Bytes));
            found.Add(data.Decrypt(outer.AsSpan(InnerOffset)));
        }

        return found;
    }

    /// <summary>For example <c>gw_wsm.ssid; also protected copy</c>.</summary>
    private static string WhereIs(string[] places)
    {
        string[] copies = [.. new[] { ProtectedCopy, OldCopy }.Where(copy => Array.Exists(places, place => place.EndsWith(copy, StringComparison.Ordinal)))];
        IEnumerable<string> values = places.Select(place => place.Split(", ")[0]).Distinct();
        return string.Join(", ", values) + string.Concat(copies.Select(copy => $"; also {copy[2..]}"));
    }

    private static void Add(List<TuyaSecret> found, string name, ReadOnlySpan<byte> bytes, string copy)
    {
        if (!bytes.ContainsAnyExcept(Dummy) || !bytes.ContainsAnyExcept((byte)0xFF) || !bytes.ContainsAnyExcept((byte)0))
            return;
        if (Array.Find(Whole, entry => entry.Value == name) is { What: { } what } && TextOf(bytes) is { Length: > 2 } text)
            found.Add(new TuyaSecret(what, name + copy, text));
        if (!Array.Exists(Fields, field => field.Value == name))
            return;
        if (TuyaText.Read(bytes, isAnyText: true)?.Root is not { } root)
        {
            // A damaged value: what it holds is not known, so all of it counts.
            found.Add(new TuyaSecret($"unread {name}", name + copy, TextOf(bytes)));
            return;
        }

        foreach ((_, string field, string meaning) in Fields.Where(field => field.Value == name))
        {
            if (root[field] is JsonValue value && value.ToString() is { Length: > 0 } stored && stored is not ("null" or "0"))
                found.Add(new TuyaSecret(meaning, $"{name}.{field}{copy}", stored));
        }
    }

    private static string TextOf(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? bytes : bytes[..end]);
    }
}
