using System.Text.RegularExpressions;

namespace ProvisionStation.Tests.House;

/// <summary>Reads the tree: folders are nouns of the trade, a file is one thought, nothing of a build machine is left in it.</summary>
public sealed partial class RoomTests
{
    private const int MostLines = 400;

    private static readonly Dictionary<string, string[]> Folders = new()
    {
        ["ProvisionStation.Bench"] = ["Jigs", "Meters", "Modbus", "Power", "Scpi", "Serial", "Yaml"],
        ["ProvisionStation.Beken"] = ["BootLoader", "Flash", "Images", "Obk", "Tuya"],
        ["ProvisionStation.Records"] = ["Journal", "Ledger", "Reports", "Schema", "Vault"],
        ["ProvisionStation.Runs"] = ["Channels", "Recipes", "Steps", "Telemetry"],
        ["ProvisionStation"] = ["Commands", "Dashboard", "Demo", "Hosting", "Live", "Worker"],
        ["ProvisionStation.Simulator"] = ["Faults", "Firmware", "Instruments", "Modules", "Wiring"],
    };

    private static readonly string[] Junk = ["Common", "Core", "Helpers", "Utils", "Managers"];

    /// <summary>Put together here, so that this file does not hold what it looks for.</summary>
    private static readonly string[] RegistryHosts = ["nuget" + ".org", "pkgs.dev" + ".azure", "npmjs" + ".org", "npmjs" + ".com", "pypi" + ".org"];

    private static readonly string[] TextFiles =
        [".cs", ".csproj", ".props", ".targets", ".sln", ".json", ".yaml", ".yml", ".md", ".sql", ".csv", ".txt", ".sh", ".service", ".rules", ""];

    [Fact]
    public void Folders_are_nouns_of_the_trade()
    {
        foreach ((string project, string[] allowed) in Folders)
        {
            IEnumerable<string> found = Tree.Files($"src/{project}").Select(file => file.Split('/')).Where(parts => parts.Length > 3).Select(parts => parts[2]).Distinct();
            Assert.True(!found.Except(allowed).Any(), $"{project} has {string.Join(", ", found.Except(allowed))}; its rooms are {string.Join(", ", allowed)}");
        }

        foreach (string file in Tree.Files("src").Concat(Tree.Files("tests")))
            Assert.True(!file.Split('/').Intersect(Junk).Any(), $"{file} lies in a drawer for everything");
    }

    [Fact]
    public void A_file_is_one_thought()
    {
        foreach (string file in Sources())
        {
            int lines = File.ReadAllLines(Tree.In(file)).Length;
            Assert.True(lines <= MostLines, $"{file} has {lines} lines, {MostLines} at most");
        }
    }

    [Fact]
    public void A_namespace_is_its_folder()
    {
        foreach (string file in Sources())
        {
            Match found = Namespace().Match(Tree.Read(file));
            if (!found.Success && Path.GetFileName(file) == "Program.cs")
                continue;
            string[] parts = file.Split('/');
            // tests/bench is the one folder that is not called as its project.
            string project = parts[1] == "bench" ? "ProvisionStation.Speed" : parts[1];
            Assert.True(found.Groups[1].Value == string.Join('.', [project, .. parts[2..^1]]), $"{file} is in namespace {found.Groups[1].Value}");
        }
    }

    [Fact]
    public void A_file_with_public_types_is_named_as_the_first_of_them()
    {
        foreach (string file in Tree.Files("src", "*.cs"))
        {
            Match first = PublicType().Match(Tree.Read(file));
            if (first.Success)
                Assert.True(first.Groups[1].Value == Path.GetFileNameWithoutExtension(file).Split('.')[0], $"{file} begins with {first.Groups[1].Value}");
        }
    }

    [Fact]
    public void Every_room_has_a_page_that_says_what_it_is_for()
    {
        foreach (string project in Folders.Keys)
            Assert.True(File.Exists(Tree.In($"src/{project}/README.md")), $"src/{project} has no README.md");
    }

    [Fact]
    public void What_a_newcomer_looks_for_is_there()
    {
        string[] wanted = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "global.json", ".editorconfig", "tests/run", ".ci/run", "tests/vectors/README.md", "docs/quick-start.md"];
        Assert.All(wanted, file => Assert.True(File.Exists(Tree.In(file)), $"{file} is missing"));
    }

    [Fact]
    public void The_first_lines_say_low_voltage_only()
    {
        foreach (string page in new[] { "README.md", "docs/quick-start.md", "docs/jigs.md", "docs/operator-card.md" })
            Assert.Contains("low voltage only", string.Join(' ', File.ReadLines(Tree.In(page)).Take(12)), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void No_file_names_a_build_machine_or_a_registry()
    {
        foreach (string file in Texts())
        {
            string text = Tree.Read(file);
            Assert.True(!MachinePath().IsMatch(text), $"{file} holds {MachinePath().Match(text).Value}");
            Assert.True(!RegistryHosts.Any(host => text.Contains(host, StringComparison.OrdinalIgnoreCase)), $"{file} names a package registry");
        }

        Assert.DoesNotContain(Tree.Files(), file => Path.GetFileName(file).Equals("nuget.config", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Links_between_pages_lead_somewhere()
    {
        foreach (string page in Tree.Files("", "*.md"))
        {
            foreach (string target in Link().Matches(Tree.Read(page)).Select(link => link.Groups[1].Value).Where(target => !target.Contains("://", StringComparison.Ordinal)))
            {
                string path = Path.Combine(Path.GetDirectoryName(Tree.In(page))!, target.Split('#')[0]);
                Assert.True(target.StartsWith('#') || Path.Exists(path), $"{page} links to {target}");
            }
        }
    }

    private static IEnumerable<string> Sources() => Tree.Files("src", "*.cs").Concat(Tree.Files("tests", "*.cs"));

    private static IEnumerable<string> Texts() => Tree.Files().Where(file => TextFiles.Contains(Path.GetExtension(file)));

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^public (?:[a-z]+ )*(?:class|record struct|record|struct|interface|enum) (\w+)", RegexOptions.Multiline)]
    private static partial Regex PublicType();

    [GeneratedRegex(@"(?<![\w.}])/(home|root|Users|work)/[\w.-]+|[A-Z]:\\Users\\")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
