using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ProvisionStation.Tests.House;

/// <summary>Reads the project files: six rooms, and which of them may see which.</summary>
public sealed partial class ProjectTests
{
    private const string Program = "ProvisionStation";

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["ProvisionStation.Bench"] = [],
        ["ProvisionStation.Records"] = [],
        ["ProvisionStation.Simulator"] = [],
        ["ProvisionStation.Beken"] = ["ProvisionStation.Bench"],
        ["ProvisionStation.Runs"] = ["ProvisionStation.Beken", "ProvisionStation.Records"],
        [Program] = ["ProvisionStation.Runs", "ProvisionStation.Simulator"],
    };

    private static readonly string[] DatabasePackages = ["Dapper", "Microsoft.Data.Sqlite", "Microsoft.Data.Sqlite.Core", "SQLitePCLRaw.bundle_e_sqlite3", "SQLitePCLRaw.core"];

    [Fact]
    public void There_are_six_projects() => Assert.Equal(Allowed.Keys.Order(), Projects("src").Select(Path.GetFileNameWithoutExtension).Order());

    [Fact]
    public void References_point_down_only()
    {
        foreach (string project in Projects("src"))
        {
            string name = Path.GetFileNameWithoutExtension(project);
            IEnumerable<string> found = Tree.Items(project, "ProjectReference").Select(item => Path.GetFileNameWithoutExtension(Include(item)));
            Assert.True(Allowed[name].Order().SequenceEqual(found.Order()), $"{name} references {string.Join(", ", found)}; allowed: {string.Join(", ", Allowed[name])}");
            Assert.Empty(Tree.Items(project, "Reference"));
            Assert.DoesNotContain(Tree.Items(project, "Compile"), item => item.Attribute("Include") is not null);
        }
    }

    /// <summary>Erase, write and unprotect are internal to Beken: that a step cannot reach the flash around the guard rests on this (law 3).</summary>
    [Fact]
    public void Only_the_tests_see_into_a_room() => Assert.All(Projects("src"), project => Assert.Equal(
        ["ProvisionStation.Tests"], Tree.Items(project, "InternalsVisibleTo").Select(Include)));

    [Fact]
    public void The_program_only_builds_the_simulator_and_sees_no_type_of_it()
    {
        XElement reference = Assert.Single(Tree.Items($"src/{Program}/{Program}.csproj", "ProjectReference"), item => Include(item).Contains("Simulator", StringComparison.Ordinal));
        Assert.Equal(("false", "false"), (reference.Attribute("ReferenceOutputAssembly")?.Value, reference.Attribute("Private")?.Value));
    }

    [Fact]
    public void The_simulator_uses_no_package_and_names_no_room_of_ours()
    {
        Assert.Empty(Tree.Items("src/ProvisionStation.Simulator/ProvisionStation.Simulator.csproj", "PackageReference"));
        foreach (string file in Tree.Files("src/ProvisionStation.Simulator", "*.cs"))
            Assert.DoesNotMatch(OurNamespaces(), Tree.Read(file));
    }

    [Fact]
    public void Versions_stand_in_one_place()
    {
        foreach (XElement package in Projects("").SelectMany(project => Tree.Items(project, "PackageReference")))
            Assert.True(package.Attribute("Version") is null && package.Attribute("VersionOverride") is null && !package.HasElements, $"{package} names its version");
        foreach (XElement version in Tree.Items("Directory.Packages.props", "PackageVersion"))
            Assert.Matches(@"^\d+\.\d+\.\d+$", version.Attribute("Version")!.Value);
    }

    [Fact]
    public void The_database_is_visible_in_Records_alone()
    {
        foreach (string project in Projects(""))
        {
            foreach (XElement package in Tree.Items(project, "PackageReference").Where(item => DatabasePackages.Contains(Include(item))))
            {
                Assert.Equal("src/ProvisionStation.Records/ProvisionStation.Records.csproj", project);
                Assert.Equal("compile", package.Attribute("PrivateAssets")?.Value);
            }
        }
    }

    [Fact]
    public void Every_project_is_in_the_solution_and_has_its_lock_file()
    {
        string solution = Tree.Read("ProvisionStation.sln").Replace('\\', '/');
        foreach (string project in Projects(""))
        {
            Assert.Contains($"\"{project}\"", solution, StringComparison.Ordinal);
            Assert.True(File.Exists(Tree.In($"{Path.GetDirectoryName(project)}/packages.lock.json")), $"{project} has no packages.lock.json");
        }
    }

    [Fact]
    public void Every_project_inherits_warnings_as_errors_nullable_and_a_thread_pool_that_does_not_spin()
    {
        XDocument all = Tree.Project("Directory.Build.props");
        foreach ((string property, string value) in new[] { ("TreatWarningsAsErrors", "true"), ("Nullable", "enable"), ("AnalysisLevel", "latest-recommended"), ("ThreadPoolSpinCount", "0") })
        {
            Assert.Equal(value, Assert.Single(all.Descendants(property)).Value);
            foreach (string project in Projects("").Where(project => Tree.Project(project).Descendants(property).Any()))
                Assert.Fail($"{project} sets {property} itself");
        }

        foreach (string project in Projects("").Where(project => Tree.Project(project).Descendants("NoWarn").Any()))
            Assert.Fail($"{project} switches warnings off");
    }

    [Fact]
    public void The_ways_round_the_clock_are_banned_in_every_project()
    {
        XDocument all = Tree.Project("Directory.Build.props");
        Assert.Contains(all.Descendants("PackageReference"), item => Include(item) == "Microsoft.CodeAnalysis.BannedApiAnalyzers");
        Assert.Contains(all.Descendants("AdditionalFiles"), item => Include(item).EndsWith("BannedSymbols.txt", StringComparison.Ordinal));
        string[] banned = [.. File.ReadAllLines(Tree.In("BannedSymbols.txt")).Select(line => line.Split(';')[0])];
        string[] ways =
        [
            "M:System.Threading.Thread.Sleep(System.Int32)", "M:System.Threading.Thread.Sleep(System.TimeSpan)",
            "P:System.DateTime.Now", "P:System.DateTime.UtcNow", "P:System.DateTime.Today", "P:System.DateTimeOffset.Now", "P:System.DateTimeOffset.UtcNow",
            "M:System.Diagnostics.Stopwatch.StartNew", "M:System.Diagnostics.Stopwatch.GetTimestamp",
            "M:System.Threading.Tasks.Task.Delay(System.Int32)", "M:System.Threading.Tasks.Task.Delay(System.TimeSpan)",
            "M:System.Threading.Tasks.Task.Delay(System.Int32,System.Threading.CancellationToken)",
            "M:System.Threading.Tasks.Task.Delay(System.TimeSpan,System.Threading.CancellationToken)",
            "M:System.Threading.CancellationTokenSource.#ctor(System.TimeSpan)", "M:System.Threading.CancellationTokenSource.#ctor(System.Int32)",
        ];
        Assert.Empty(ways.Except(banned));
    }

    private static IReadOnlyList<string> Projects(string folder) => Tree.Files(folder, "*.csproj");

    private static string Include(XElement item) => item.Attribute("Include")!.Value;

    [GeneratedRegex(@"ProvisionStation\.(Bench|Beken|Records|Runs)\b")]
    private static partial Regex OurNamespaces();
}
