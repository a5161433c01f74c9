using System.Text.Json;
using ProvisionStation.Bench.Tests.Support;

namespace ProvisionStation.Bench.Tests.Commands;

/// <summary>The commands that work on files alone.</summary>
public sealed class FileCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("file-commands-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Theory]
    [InlineData("obk-config-01-default-n")]
    [InlineData("obk-config-02-cb2s-plug-n")]
    [InlineData("obk-config-03-wifi-mqtt-n")]
    [InlineData("obk-config-04-long-startup-n")]
    [InlineData("obk-config-05-all-pins-t")]
    public async Task A_configuration_decoded_with_its_secrets_encodes_to_the_same_bytes(string vector)
    {
        string original = Programs.InRoot($"tests/vectors/obk/{vector}.bin");
        (int exitCode, string json, string errors) = await StationProcess.CallAsync("obk", "decode", original, "--show-secrets");
        Assert.True(exitCode == 0, errors);
        string file = Path.Combine(_folder, "config.json"), again = Path.Combine(_folder, "config.bin");
        await File.WriteAllTextAsync(file, json, TestContext.Current.CancellationToken);
        (exitCode, _, errors) = await StationProcess.CallAsync("obk", "encode", file, "--out", again);
        Assert.True(exitCode == 0, errors);
        Assert.Equal(
            await File.ReadAllBytesAsync(original, TestContext.Current.CancellationToken),
            await File.ReadAllBytesAsync(again, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(0x1D1000)]
    [InlineData(0x1E1000)]
    public async Task A_configuration_is_found_in_a_dump_of_the_whole_flash(int place)
    {
        byte[] config = await File.ReadAllBytesAsync(
            Programs.InRoot("tests/vectors/obk/obk-config-02-cb2s-plug-n.bin"), TestContext.Current.CancellationToken);
        byte[] dump = new byte[0x200000];
        Array.Fill(dump, (byte)0xFF);
        config.CopyTo(dump, place);
        string file = Path.Combine(_folder, "dump.bin");
        await File.WriteAllBytesAsync(file, dump, TestContext.Current.CancellationToken);
        (int exitCode, string json, string errors) = await StationProcess.CallAsync("obk", "decode", file, "--json");
        Assert.True(exitCode == 0, errors);
        Assert.True(JsonDocument.Parse(json).RootElement.GetProperty("pins").GetArrayLength() > 0, json);
    }

    [Fact]
    public async Task Passwords_are_masked_unless_asked_for()
    {
        string vector = Programs.InRoot("tests/vectors/obk/obk-config-03-wifi-mqtt-n.bin");
        string secret = JsonDocument.Parse((await StationProcess.CallAsync("obk", "decode", vector, "--show-secrets")).Output)
            .RootElement.GetProperty("fields").GetProperty("wifi_pass").GetString()!;
        Assert.NotEmpty(secret);
        (_, string masked, _) = await StationProcess.CallAsync("obk", "decode", vector);
        Assert.DoesNotContain(secret, masked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rejected_configuration_is_named_with_its_reason()
    {
        byte[] config = await File.ReadAllBytesAsync(
            Programs.InRoot("tests/vectors/obk/obk-config-01-default-n.bin"), TestContext.Current.CancellationToken);
        config[100] ^= 1;
        string file = Path.Combine(_folder, "broken.bin");
        await File.WriteAllBytesAsync(file, config, TestContext.Current.CancellationToken);
        (int exitCode, string output, string errors) = await StationProcess.CallAsync("obk", "decode", file);
        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Contains("checksum", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Garbage_in_a_file_is_an_answer_and_never_a_crash()
    {
        const int seed = 20260102;
        Random random = new(seed);
        string file = Path.Combine(_folder, "garbage");
        foreach (int length in new[] { 1, 2016, 3584, 4096, 5000, 0x11000, 0x200000 })
        {
            byte[] garbage = new byte[length];
            random.NextBytes(garbage);
            await File.WriteAllBytesAsync(file, garbage, TestContext.Current.CancellationToken);
            foreach (string command in new[] { "obk decode", "image inspect", "jig check", "recipe check" })
            {
                (int exitCode, _, string errors) = await StationProcess.CallAsync([.. command.Split(' '), file]);
                Assert.True(
                    exitCode == 2 && !errors.Contains("a fault of the program", StringComparison.Ordinal),
                    $"seed {seed}, {length} bytes, {command}: {exitCode} {errors}");
            }
        }
    }

    [Fact]
    public async Task An_existing_file_is_overwritten_only_when_asked()
    {
        string json = Path.Combine(_folder, "config.json"), file = Path.Combine(_folder, "config.bin");
        string vector = Programs.InRoot("tests/vectors/obk/obk-config-02-cb2s-plug-n.bin");
        await File.WriteAllTextAsync(
            json, (await StationProcess.CallAsync("obk", "decode", vector, "--show-secrets")).Output,
            TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(file, "mine", TestContext.Current.CancellationToken);
        (int refused, _, string errors) = await StationProcess.CallAsync("obk", "encode", json, "--out", file);
        Assert.Equal(2, refused);
        Assert.Contains("--force", errors, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        (int forced, _, _) = await StationProcess.CallAsync("obk", "encode", json, "--out", file, "--force");
        Assert.Equal(0, forced);
        Assert.Equal(3584, new FileInfo(file).Length);
    }

    [Theory]
    [InlineData("n", "BK7231N")]
    [InlineData("t", "BK7231T")]
    public async Task An_image_is_told_by_its_content(string chip, string name)
    {
        (int exitCode, string output, string errors) = await StationProcess.CallAsync(
            "image", "inspect", await VirtualBench.ImageAsync(chip), "--json");
        Assert.True(exitCode == 0, errors);
        JsonElement image = JsonDocument.Parse(output).RootElement;
        Assert.Equal(
            ("QIO", name, "1.18.299", "0x011000"),
            (image.Text("kind"), image.Text("chip"), image.Text("version"), image.Text("writeStart")));
    }

    [Fact]
    public async Task Ports_are_listed_as_data()
    {
        (int exitCode, string output, string errors) = await StationProcess.CallAsync("ports", "--json");
        Assert.True(exitCode == 0, errors);
        foreach (string line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Assert.StartsWith("/dev/", JsonDocument.Parse(line).RootElement.Text("port"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_good_recipe_and_jig_are_said_to_be_good()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        (int recipe, string output, string errors) = await StationProcess.CallAsync("recipe", "check", bench.Recipe, "--jig", bench.Jig);
        Assert.True(recipe == 0, errors);
        Assert.StartsWith("OK: recipe virtual-n", output, StringComparison.Ordinal);
        Assert.Contains("Low voltage only", errors, StringComparison.Ordinal);
        (int jig, output, errors) = await StationProcess.CallAsync("jig", "check", bench.Jig);
        Assert.True(jig == 0, errors);
        Assert.StartsWith("OK: jig virtual", output, StringComparison.Ordinal);
        bench.EditRecipe("flags: [10]", "flags: [10]\n  wifi: {ssid: shop, password: canary-password}");
        (recipe, _, errors) = await StationProcess.CallAsync("recipe", "check", bench.Recipe);
        Assert.Equal(0, recipe);
        Assert.Contains("warning:", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("canary-password", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recipe_and_a_mac_become_a_configuration()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        string file = Path.Combine(_folder, "unit.bin");
        (int encoded, _, string errors) = await StationProcess.CallAsync(
            "obk", "encode", bench.Recipe, "--mac", "C8:47:8C:12:34:56", "--sector", "--out", file);
        Assert.True(encoded == 0, errors);
        Assert.Equal(4096, new FileInfo(file).Length);
        (_, string json, _) = await StationProcess.CallAsync("obk", "decode", file);
        Assert.Equal("plug-123456", JsonDocument.Parse(json).RootElement.GetProperty("fields").Text("shortDeviceName"));
    }
}
