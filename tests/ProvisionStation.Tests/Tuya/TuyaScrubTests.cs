using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ProvisionStation.Beken;
using ProvisionStation.Beken.Flash;
using ProvisionStation.Beken.Tuya;
using ProvisionStation.Tests.House;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Tuya;

public sealed class TuyaScrubTests
{
    private static readonly byte[] Master = "qwertyuiopasdfgh"u8.ToArray();

    public static TheoryData<string> Vectors => [.. TuyaVector.Names];

    [Theory, MemberData(nameof(Vectors))]
    public void A_scrubbed_copy_extracts_to_the_same_pins_and_tells_of_no_person(string name)
    {
        TuyaVector vector = TuyaVector.Load(name);
        foreach (byte[] dump in new[] { vector.Part, vector.Flash })
        {
            TuyaFindings before = TuyaExtraction.Extract(dump), after = TuyaExtraction.Extract(TuyaScrub.Scrub(dump));
            Assert.Equal(before.PinMapText, after.PinMapText);
            Assert.Equal((before.Chip, before.KeySectorOffset, before.UserParamKeyCrc), (after.Chip, after.KeySectorOffset, after.UserParamKeyCrc));
            Assert.Equal(before.Keys, after.Keys);
            Assert.Empty(after.PersonalData);
        }
    }

    [Fact]
    public void Real_units_stores_scrub_to_the_same_pins_too()
    {
        string? folder = TuyaVector.DerivedFolder();
        Assert.SkipWhen(folder is null, "vectors derived from public dumps are not beside this checkout");
        foreach (string name in Directory.EnumerateFiles(folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!))
        {
            TuyaVector vector = TuyaVector.Load(folder, name);
            TuyaFindings before = TuyaExtraction.Extract(vector.Part), after = TuyaExtraction.Extract(TuyaScrub.Scrub(vector.Part));
            Assert.Equal((before.PinMapText, string.Join(' ', before.Keys)), (after.PinMapText, string.Join(' ', after.Keys)));
            Assert.Empty(after.PersonalData);
        }
    }

    [Fact]
    public void No_secret_survives_plain_or_in_base64_in_any_sector()
    {
        TuyaVector vector = TuyaVector.Load("syn-wifi-credentials");
        string[] secrets = [.. ((JsonArray)vector.About["must_not_survive_redaction"]!).Select(text => text!.GetValue<string>())];
        byte[] key = Convert.FromHexString(vector.Text("device_key_hex") ?? Convert.ToHexString(DeviceKey(vector.Part)));
        Assert.All(["VGVzdE5ldC0yRw==", "Y29ycmVjdCBob3JzZSBiYXR0ZXJ5", "T2xkTmV0"], secret => Assert.True(IsIn(vector.Part, key, secret), secret));
        foreach (byte[] dump in new[] { vector.Part, vector.Flash })
            Assert.All(secrets, secret => Assert.False(IsIn(TuyaScrub.Scrub(dump), key, secret), secret));
    }

    [Fact]
    public void Of_a_second_store_in_the_file_nothing_can_be_opened_any_more()
    {
        TuyaVector plug = TuyaVector.Load("seed-cb2s"), other = TuyaVector.Load("syn-wifi-credentials");
        string[] secrets = [.. ((JsonArray)other.About["must_not_survive_redaction"]!).Select(text => text!.GetValue<string>())];
        foreach (int phase in new[] { 0, 0x123 })
        {
            byte[] dump = [.. plug.Flash[..0x150000], .. new byte[phase], .. other.Part, .. plug.Flash[(0x150000 + phase + other.Part.Length)..]];
            byte[] copy = TuyaScrub.Scrub(dump);
            byte[] cut = copy[(0x150000 + phase)..(0x150000 + phase + other.Part.Length)];
            Assert.NotEmpty(TuyaExtraction.Extract(other.Part).PersonalData);
            Assert.Empty(TuyaExtraction.Extract(cut).PersonalData);
            byte[] key = Convert.FromHexString(other.Text("device_key_hex") ?? Convert.ToHexString(DeviceKey(other.Part)));
            Assert.All(secrets, secret => Assert.False(IsIn(cut, key, secret), secret));
        }
    }

    [Theory, InlineData(0), InlineData(8), InlineData(31), InlineData(32)]
    public async Task What_looks_like_the_rest_of_a_key_sector_right_behind_one_ends_the_search(int behind)
    {
        // Found by the fuzz, seed 7, case 683: the search went back to the key sector's end and found the same bytes again.
        byte[] part = (byte[])TuyaVector.Load("seed-cb2s").Part.Clone();
        int end = (int)TuyaExtraction.Extract(part).KeySectorOffset!.Value + 0x1000;
        Convert.FromHexString("46DCED0E672F3B70AE1276A3F8712E03").CopyTo(part, end + behind);
        await Task.Run(() => TuyaScrub.Scrub(part), TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    [Theory, InlineData(0x1D1000), InlineData(0x1E1000), InlineData(0x100000)]
    public void An_OpenBeken_configuration_goes_even_where_the_RF_table_cannot_be_read(int place)
    {
        byte[] config = File.ReadAllBytes(Tree.In("tests/vectors/obk/obk-config-03-wifi-mqtt-n.bin"));
        byte[] dump = new byte[0x200000];
        dump.AsSpan().Fill(0xFF);
        config.CopyTo(dump, place);
        IReadOnlyList<string> told = TuyaExtraction.Extract(dump).PersonalData;
        Assert.Contains(told, entry => entry.StartsWith("Wi-Fi password", StringComparison.Ordinal));
        Assert.Contains(told, entry => entry.StartsWith("MQTT password", StringComparison.Ordinal));
        byte[] copy = TuyaScrub.Scrub(dump);
        Assert.True(copy.AsSpan().IndexOf("p@ss;w0rd"u8) < 0);
        Assert.Empty(TuyaExtraction.Extract(copy).PersonalData);
    }

    [Fact]
    public void Credentials_of_an_OpenBeken_configuration_are_looked_for_as_well()
    {
        byte[] config = File.ReadAllBytes(Tree.In("tests/vectors/obk/obk-config-03-wifi-mqtt-n.bin"));
        byte[] backup = new byte[0x200000];
        backup.AsSpan().Fill(0xFF);
        config.CopyTo(backup, 0x1D1000);
        byte[] final = (byte[])backup.Clone();
        final.AsSpan(0x1D1000, 0x1000).Fill(0xFF);
        Assert.DoesNotContain(CredentialTraces.Find(final, backup), trace => trace.What.Contains("Wi-Fi", StringComparison.Ordinal));
        "p@ss;w0rd&=%"u8.CopyTo(final.AsSpan(0x1E5010));
        Assert.Contains(CredentialTraces.Find(final, backup), trace => trace.Sector.Value == 0x1E5000);
    }

    [Fact]
    public void What_is_there_is_told_without_its_value()
    {
        TuyaFindings plug = TuyaExtraction.Extract(TuyaVector.Load("syn-wifi-credentials").Flash);
        Assert.Contains(plug.PersonalData, entry => entry.StartsWith("Wi-Fi password", StringComparison.Ordinal));
        Assert.Contains(plug.PersonalData, entry => entry.Contains("protected copy", StringComparison.Ordinal));
        string all = string.Join('\n', [.. plug.PersonalData, .. plug.Warnings]);
        Assert.DoesNotContain("TestNet", all, StringComparison.Ordinal);
        Assert.DoesNotContain("VGVzdE5ldC0yRw", all, StringComparison.Ordinal);
    }

    [Fact]
    public void The_units_half_of_the_mac_and_what_lies_before_the_store_go()
    {
        byte[] flash = FakeUnit.FlashOf(isFull: true);
        TuyaVector.Load("seed-cb2s").Part.CopyTo(flash, 0x1EE000);
        Encoding.ASCII.GetBytes("CFG my home network").CopyTo(flash, 0x1D1000);
        TuyaFindings before = TuyaExtraction.Extract(flash);
        Assert.Equal(("381F8D112233", ChipModel.BK7231N), (before.Mac, before.Chip));
        Assert.Contains(before.Warnings, warning => warning.Contains("already holds an OpenBeken", StringComparison.Ordinal));
        byte[] copy = TuyaScrub.Scrub(flash);
        TuyaFindings after = TuyaExtraction.Extract(copy);
        Assert.Equal(("381F8D000000", before.PinMapText), (after.Mac, after.PinMapText));
        Assert.True(copy.AsSpan().IndexOf("my home network"u8) < 0);
        Assert.True(copy.AsSpan(0, 0x1D0000).SequenceEqual(flash.AsSpan(0, 0x1D0000)));
    }

    [Fact]
    public void Old_credentials_are_traced_to_their_sectors_until_the_store_is_wiped()
    {
        byte[] flash = TuyaVector.Load("syn-wifi-credentials").Flash;
        IReadOnlyList<CredentialTrace> kept = CredentialTraces.Find(flash, flash);
        Assert.Contains(kept, trace => trace.Sector == new FlashAddress(0x1ED000) && trace.What.Contains("Wi-Fi password", StringComparison.Ordinal));
        Assert.Contains(kept, trace => trace.Sector >= new FlashAddress(0x1FD000));
        Assert.DoesNotContain(kept, trace => trace.What.Contains("TestNet", StringComparison.Ordinal));
        byte[] wiped = [.. flash];
        wiped.AsSpan(0x1ED000).Fill(0xFF);
        Assert.Empty(CredentialTraces.Find(wiped, flash));
        Assert.Empty(CredentialTraces.Find(TuyaScrub.Scrub(flash), flash));
    }

    [Fact]
    public void A_store_that_nobody_can_open_counts_as_a_trace_while_it_is_there()
    {
        byte[] flash = TuyaVector.Load("syn-zeroed-key-sector").Flash;
        Assert.NotEmpty(CredentialTraces.Find(flash, flash));
        byte[] wiped = [.. flash];
        wiped.AsSpan(0x1ED000).Fill(0xFF);
        Assert.Empty(CredentialTraces.Find(wiped, flash));
    }

    [Fact]
    public void Two_units_of_a_product_have_one_fingerprint_and_a_foreign_one_differs_in_its_pins()
    {
        static UnitFingerprint Of(string store)
        {
            byte[] flash = FakeUnit.FlashOf(isFull: true);
            TuyaVector.Load(store).Part.CopyTo(flash, 0x1EE000);
            return UnitFingerprint.Of(flash, ChipModel.Unknown, "0x1560EB", TuyaExtraction.Extract(flash));
        }

        Assert.Equal(Of("seed-cb2s"), Of("syn-swap-newer"));
        Assert.Equal(
            ["pins"], Of("seed-cb2s").Parts.Except(Of("syn-inverted-levels").Parts).Select(part => part.Key));
        Assert.Equal(["chip", "loader", "application", "version", "flash", "schema", "pins"], Of("seed-cb2s").Parts.Select(part => part.Key));
    }

    /// <summary>Looks as an outsider would: at the bytes, under the master key, under the data key, and under both.</summary>
    private static bool IsIn(byte[] dump, byte[] deviceKey, string text)
    {
        byte[] wanted = Encoding.Latin1.GetBytes(text);
        byte[] dataKey = [.. deviceKey.Select((value, i) => (byte)("8710"u8[i % 4] + "HHRRQbyemofrtytf"u8[i] + value))];
        byte[] master = Decrypt(dump, Master);
        return new[] { dump, master, Decrypt(dump, dataKey), Decrypt(master, dataKey) }.Any(bytes => bytes.AsSpan().IndexOf(wanted) >= 0);
    }

    private static byte[] DeviceKey(byte[] part) => Decrypt(part[0x1000..0x2000], Master)[8..24];

    private static byte[] Decrypt(byte[] bytes, byte[] key)
    {
        using Aes aes = Aes.Create();
        aes.Key = key;
        return aes.DecryptEcb(bytes, PaddingMode.None);
    }
}
