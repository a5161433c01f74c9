using System.Text.Json;
using ProvisionStation.Bench.Tests.Support;

namespace ProvisionStation.Bench.Tests.Commands;

/// <summary>The commands on configurations and templates.</summary>
public sealed class ObkCommandTests : IDisposable
{
    private const string Canary = "canary-5e1f";
    private readonly string _folder = Directory.CreateTempSubdirectory("obk-commands-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, true);

    [Theory]
    [InlineData("03-wifi-mqtt-n")]
    [InlineData("05-all-pins-t")]
    [InlineData("06-v3-n-upgraded")]
    [InlineData("08-bk7252-layout")]
    public async Task The_form_that_scripts_rely_on_goes_there_and_back(string vector)
    {
        string original = Vector(vector), file = In("config.json"), again = In("config.bin");
        string json = await PassAsync("obk", "decode", original, "--json", "--show-secrets");
        Assert.Equal(
            ["chip", "version", "crc", "pins", "fields", "tails", "reserved"],
            JsonDocument.Parse(json).RootElement.EnumerateObject().Select(property => property.Name).Where(name => name != "bytes"));
        await File.WriteAllTextAsync(file, json, Cancel);
        await PassAsync("obk", "encode", "--from", file, "--out", again);
        Assert.Equal(await File.ReadAllBytesAsync(original, Cancel), await File.ReadAllBytesAsync(again, Cancel));
    }

    [Fact]
    public async Task Stale_tails_and_passwords_are_hidden_unless_asked_for()
    {
        JsonElement config = JsonDocument.Parse(await PassAsync("obk", "decode", Vector("03-wifi-mqtt-n"), "--json")).RootElement;
        Assert.All(config.GetProperty("tails").EnumerateObject(), tail => Assert.Equal("***", tail.Value.GetString()));
        Assert.Equal("***", config.GetProperty("fields").Text("wifi_pass"));
        Assert.Equal("0xCE", config.Text("crc"));
    }

    [Fact]
    public async Task An_edit_changes_what_was_asked_for_and_keeps_the_end_of_a_longer_text()
    {
        string edited = In("edited.bin");
        await PassAsync(
            "obk", "edit", Vector("02-cb2s-plug-n"), "--set", "longDeviceName=P", "--set", "pins.channelTypes[1]=toggle", "--pin", "26=rel_n;2", "--flag",
            "obk_flag_automaic_hass_discovery", "--out", edited);
        string[] differences = (await PassAsync("obk", "diff", Vector("02-cb2s-plug-n"), edited)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            [
                "genericFlags: flag 27 (OBK_FLAG_AUTOMAIC_HASS_DISCOVERY) clear -> flag 27 (OBK_FLAG_AUTOMAIC_HASS_DISCOVERY) set",
                "changeCounter: 2 -> 3", "longDeviceName: OpenBK7231N_8DA1B2C3 -> P", "pins: P26 Rel;1 -> P26 Rel_n;2",
                "pins.channelTypes: channel 1 Default -> channel 1 Toggle",
            ],
            differences);
        JsonElement config = JsonDocument.Parse(await PassAsync("obk", "decode", edited, "--json", "--show-secrets")).RootElement;
        Assert.StartsWith("656E424B", config.GetProperty("tails").Text("longDeviceName"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dump_is_edited_in_its_place_and_a_password_comes_from_a_file()
    {
        byte[] dump = new byte[0x200000];
        Array.Fill(dump, (byte)0xA5);
        (await File.ReadAllBytesAsync(Vector("02-cb2s-plug-n"), Cancel)).CopyTo(dump, 0x1D1000);
        await File.WriteAllBytesAsync(In("dump.bin"), dump, Cancel);
        await File.WriteAllTextAsync(In("password"), Canary + "\nand more", Cancel);
        (int exitCode, string output, string errors) = await StationProcess.CallAsync(
            "obk", "edit", In("dump.bin"), "--set", "wifi_ssid=shop", "--secret", $"wifi_pass={In("password")}", "--out", In("edited.bin"));
        Assert.True(exitCode == 0, errors);
        Assert.DoesNotContain(Canary, output + errors, StringComparison.Ordinal);
        byte[] edited = await File.ReadAllBytesAsync(In("edited.bin"), Cancel);
        Assert.Equal(dump.AsSpan(0, 0x1D1000), edited.AsSpan(0, 0x1D1000));
        Assert.Equal(dump.AsSpan(0x1D1E00), edited.AsSpan(0x1D1E00));
        Assert.Contains($"\"wifi_pass\":\"{Canary}\"", await PassAsync("obk", "decode", In("edited.bin"), "--json", "--show-secrets"), StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, await PassAsync("obk", "diff", In("dump.bin"), In("edited.bin"), "--json"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--flag", "13", "flag 13")]
    [InlineData("--set", "longDeviceName=a-name-of-more-than-thirty-two-bytes", "longDeviceName")]
    [InlineData("--set", "led_corr.rgb_cal=0,0,0 led_corr.led_gamma=0 led_corr.rgb_bright_min=0 led_corr.cw_bright_min=0", "LED table")]
    [InlineData("--pin", "26=99;1", "no pin role")]
    [InlineData("--pin", "29=Rel;1", "P29")]
    [InlineData("--set", "version=6", "version")]
    [InlineData("--set", "wifi_ssid=shop", "access point")]
    public async Task What_the_firmware_would_rewrite_or_misread_is_refused_with_the_reason(string option, string values, string reason)
    {
        (int exitCode, string output, string errors) = await StationProcess.CallAsync(
            [
                "obk", "edit", Vector("02-cb2s-plug-n"), "--expect-access-point", "--out", In("never.bin"),
                .. values.Split(' ').SelectMany(value => new[] { option, value }),
            ]);
        Assert.True(exitCode == 2, errors);
        Assert.Empty(output);
        Assert.Contains(reason, errors, StringComparison.Ordinal);
        Assert.False(File.Exists(In("never.bin")));
    }

    [Fact]
    public async Task A_version_that_the_firmware_would_misread_is_refused()
    {
        byte[] config = await File.ReadAllBytesAsync(Vector("02-cb2s-plug-n"), Cancel);
        config[4] = 6;
        await File.WriteAllBytesAsync(In("six.bin"), config, Cancel);
        (int exitCode, _, string errors) = await StationProcess.CallAsync("obk", "decode", In("six.bin"));
        Assert.Equal(2, exitCode);
        Assert.Contains("version 6", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_becomes_a_recipe_that_checks()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        string image = await VirtualBench.ImageAsync("n");
        await File.WriteAllTextAsync(
            In("devices.json"),
            """
            {"devices":[
              {"vendor":"Acme","name":"Plug \"2\" # é","model":"P1","chip":"T34","board":"CB2S","flags":"1025","command":"startDriver NTP\r\nstartDriver BL0937",
               "pins":{"6":"TglChanOnTgl;1","8":"WiFi_LED_n;0","24":"Btn_Tgl_All ","26":"rel;1"} },
              {"vendor":"Acme","name":"Horn","chip":"BK7231N","pins":{"6":"Buzzer"} }]}
            """,
            Cancel);
        await PassAsync("recipe", "from-template", In("devices.json"), "--device", "acme p1", "--out", In("plug.yaml"));
        string recipe = (await File.ReadAllTextAsync(In("plug.yaml"), Cancel)).Replace("OpenBK7231N_QIO_1.18.299.bin", image, StringComparison.Ordinal);
        Assert.Contains("26: \"Rel;1\"", recipe, StringComparison.Ordinal);
        Assert.Contains("startup: \"backlog startDriver NTP; startDriver BL0937\"", recipe, StringComparison.Ordinal);
        await File.WriteAllTextAsync(In("plug.yaml"), recipe, Cancel);
        Assert.StartsWith("OK: recipe acme-plug-2", await PassAsync("recipe", "check", In("plug.yaml"), "--jig", bench.Jig), StringComparison.Ordinal);
        (int exitCode, string output, string errors) = await StationProcess.CallAsync("recipe", "from-template", In("devices.json"), "--device", "Horn");
        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Contains("'Buzzer' is no pin role", errors, StringComparison.Ordinal);
    }

    private static async Task<string> PassAsync(params string[] arguments)
    {
        (int exitCode, string output, string errors) = await StationProcess.CallAsync(arguments);
        Assert.True(exitCode == 0, errors);
        return output;
    }

    private static string Vector(string name) => Programs.InRoot($"tests/vectors/obk/obk-config-{name}.bin");

    private string In(string file) => Path.Combine(_folder, file);
}
