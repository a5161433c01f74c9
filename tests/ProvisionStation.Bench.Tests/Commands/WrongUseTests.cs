using ProvisionStation.Bench.Tests.Support;

namespace ProvisionStation.Bench.Tests.Commands;

public sealed class WrongUseTests
{
    private const string Lot = "L1";

    public static TheoryData<string, string> WrongLines => new()
    {
        { "", "command" },
        { "frob", "frob" },
        { "run --jig j.yaml --recipe r.yaml", "--lot" },
        { "run --jig j.yaml --recipe r.yaml --lot L1 --bogus", "--bogus" },
        { "run --jig j.yaml --recipe r.yaml --lot ../../etc", "../../etc" },
        { "run --jig j.yaml --recipe r.yaml --lot L1 --units 0", "1 to" },
        { "run --jig j.yaml --recipe r.yaml --lot L1 --wait soon", "soon" },
        { "runs --verdict GOOD", "GOOD" },
        { "runs --since yesterday", "yesterday" },
        { "runs --mac 12345", "12345" },
        { "export --lot L1 --format pdf", "pdf" },
        { "vault", "command" },
        { "vault export 12345 --out nowhere.bin --data /", "12345" },
        { "obk decode there-is-no-such-file", "there-is-no-such-file" },
        { "obk encode --out config.bin", "--from" },
        { "obk diff there-is-no-such-file other", "there-is-no-such-file" },
        { "obk edit there-is-no-such-file --out config.bin", "there-is-no-such-file" },
        { "recipe from-template there-is-no-such-file --device X", "there-is-no-such-file" },
        { "image inspect there-is-no-such-file", "there-is-no-such-file" },
        { "jig check there-is-no-such-file", "there-is-no-such-file" },
        { "recipe check there-is-no-such-file", "there-is-no-such-file" },
        { "lots --data there-is-no-such-folder", "there-is-no-such-folder" },
    };

    [Theory, MemberData(nameof(WrongLines))]
    public async Task A_wrong_line_is_answered_with_one_line_a_remedy_and_exit_code_2(string line, string named)
    {
        (int exitCode, string output, string errors) = await StationProcess.CallAsync(
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.True(exitCode == 2, errors);
        Assert.Empty(output);
        string said = OneLine(errors);
        Assert.Contains(named, said, StringComparison.Ordinal);
        Assert.True(said.Count(letter => letter == '.') >= 2, $"there is no remedy in: {said}");
    }

    [Fact]
    public async Task A_wrong_field_is_named_with_file_and_line()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        bench.EditRecipe("revision: 1", "revison: 1");
        (int exitCode, _, string errors) = await CallRunAsync(bench);
        Assert.True(exitCode == 2, errors);
        Assert.Contains("recipe.yaml:", OneLine(errors), StringComparison.Ordinal);
        Assert.False(Directory.Exists(bench.Data), "a wrong recipe must leave nothing behind");
    }

    [Fact]
    public async Task An_image_for_the_other_chip_is_refused_before_a_unit_is_touched()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        await bench.TellAsync("insert 1 101");
        bench.EditRecipe(await VirtualBench.ImageAsync("n"), await VirtualBench.ImageAsync("t"));
        (int exitCode, _, string errors) = await CallRunAsync(bench);
        Assert.True(exitCode == 2, errors);
        Assert.Contains("BK7231T", OneLine(errors), StringComparison.Ordinal);
        Assert.Contains("BK7231N", OneLine(errors), StringComparison.Ordinal);
        Assert.Equal(0, (await bench.TellAsync("state 1")).GetProperty("erases").GetInt32());
    }

    [Fact]
    public async Task An_empty_image_is_refused()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        string empty = Path.Combine(bench.Folder, "empty.bin");
        await File.WriteAllBytesAsync(empty, [], TestContext.Current.CancellationToken);
        bench.EditRecipe(await VirtualBench.ImageAsync("n"), empty);
        (int exitCode, _, string errors) = await CallRunAsync(bench);
        Assert.True(exitCode == 2, errors);
        Assert.Contains("empty", OneLine(errors), StringComparison.Ordinal);
        (exitCode, _, errors) = await StationProcess.CallAsync("image", "inspect", empty);
        Assert.True(exitCode == 2, errors);
    }

    [Fact]
    public async Task A_port_that_does_not_exist_is_the_benchs_fault_and_named()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        foreach ((_, string port, _) in bench.Slots)
            bench.EditJig($"port: {port}\n", $"port: {port}-not-there\n");
        (int exitCode, _, string errors) = await CallRunAsync(bench);
        Assert.True(exitCode == 3, errors);
        Assert.Contains("port-gone", errors, StringComparison.Ordinal);
        Assert.Contains(bench.Slots[0].Port + "-not-there", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_another_program_holds_is_the_benchs_fault_and_named()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync(slots: 1);
        await using FileStream holder = new(bench.Slots[0].Port, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1);
        (int exitCode, _, string errors) = await CallRunAsync(bench);
        Assert.True(exitCode == 3, errors);
        Assert.Contains("port-busy", errors, StringComparison.Ordinal);
        Assert.Contains(bench.Slots[0].Port, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lot_that_was_never_opened_or_under_another_recipe_is_wrong_use()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        (int exitCode, _, string errors) = await StationProcess.CallAsync(
            "run", "--jig", bench.Jig, "--recipe", bench.Recipe, "--lot", Lot, "--wait", "1", "--data", bench.Data);
        Assert.True(exitCode == 3, errors);
        foreach (string command in new[] { "export", "units", "runs" })
        {
            (exitCode, _, errors) = await StationProcess.CallAsync(command, "--lot", "L9", "--data", bench.Data);
            Assert.True(exitCode == 2, errors);
            Assert.Contains("L9", OneLine(errors), StringComparison.Ordinal);
        }

        bench.EditRecipe("limit: 4", "limit: 5");
        (exitCode, _, errors) = await CallRunAsync(bench);
        Assert.True(exitCode == 2, errors);
        Assert.Contains("Raise 'revision'", OneLine(errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_folder_in_use_is_wrong_use()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync(slots: 1);
        await bench.TellAsync("insert 1 101");
        using StationProcess station = StationProcess.Run(bench, 1);
        Assert.NotNull(await station.UntilAsync("run.started", 1));
        (int exitCode, _, string errors) = await CallRunAsync(bench);
        Assert.True(exitCode == 2, errors);
        Assert.Contains("another station program", OneLine(errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_jig_that_asks_is_refused_where_nobody_can_answer()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        bench.EditJig("presence: link", "presence: operator");
        using StationProcess station = StationProcess.Run(bench, 1);
        station.CloseInput();
        (int exitCode, string errors) = await station.EndAsync();
        Assert.True(exitCode == 2, errors);
        Assert.Contains("presence", OneLine(errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Empty_slots_end_a_run_after_the_wait_and_are_named()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        (int exitCode, string output, string errors) = await StationProcess.CallAsync(
            "run", "--jig", bench.Jig, "--recipe", bench.Recipe, "--lot", Lot, "--wait", "3", "--data", bench.Data);
        Assert.True(exitCode == 3, errors);
        Assert.Contains("1, 2", output, StringComparison.Ordinal);
    }

    private static Task<(int ExitCode, string Output, string Errors)> CallRunAsync(VirtualBench bench) => StationProcess.CallAsync(
        "run", "--jig", bench.Jig, "--recipe", bench.Recipe, "--lot", Lot, "--units", "1", "--wait", "5", "--data", bench.Data);

    /// <summary>The one line of the program's own; law 11 may stand before it.</summary>
    private static string OneLine(string errors)
    {
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        return Assert.Single(
            errors.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => line.StartsWith("provision-station: ", StringComparison.Ordinal));
    }
}
