using ProvisionStation.Bench;
using ProvisionStation.Bench.Yaml;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Bench;

public sealed class YamlSectionTests
{
    private const string Good = """
        name: one
        count: 0x1F
        ratio: 2.5e1
        yes: true
        list: [a, "b c"]
        numbers: [1, 0x10, -3]
        inner:
          deep: {x: 1}
        slots:
          - port: /dev/a
          - port: /dev/b
        """;

    [Fact]
    public void Every_kind_of_field_is_read()
    {
        YamlSection root = YamlSection.Parse(Good, "f.yaml");
        Assert.Equal("one", root.Text("name"));
        Assert.Equal(31, root.Number("count", 0, 31));
        Assert.Equal(25, root.Real("ratio", 0, 25));
        Assert.True(root.Flag("yes", false));
        Assert.Equal(["a", "b c"], root.Texts("list"));
        Assert.Equal([1, 16, -3], root.Numbers("numbers", 3, -3, 16));
        Assert.Equal(1, root.Section("inner")!.Section("deep")!.Number("x", 1, 1));
        Assert.Equal(["/dev/a", "/dev/b"], root.Sections("slots").Select(slot => slot.Text("port")));
        Assert.True(root.IsMapping("inner"));
        Assert.False(root.IsMapping("name"));
        Assert.Equal(Good, root.SourceText);
        root.RejectUnknown();
    }

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_first_field() =>
        Assert.Equal(1, YamlSection.Parse("\uFEFFa: 1", "f").Number("a", 1, 1));

    [Fact]
    public void A_missing_field_takes_its_default()
    {
        YamlSection root = YamlSection.Parse("a: 1", "f.yaml");
        Assert.Equal(7, root.Number("b", 0, 9, 7));
        Assert.Equal(0.5, root.Real("b", 0, 9, 0.5));
        Assert.Null(root.OptionalText("b"));
        Assert.Null(root.Reals("b", 2, 0, 1));
        Assert.Empty(root.Texts("b"));
        Assert.Null(root.Section("b"));
        Assert.Equal("x", root.Choice("b", ["x", "y"], "x"));
    }

    [Fact]
    public void An_error_names_file_line_path_and_what_is_allowed()
    {
        YamlSection slot = YamlSection.Parse(Good, "dir/f.yaml").Sections("slots")[1];
        ConfigurationException error = Assert.Throws<ConfigurationException>(() => slot.Number("port", 1, 9));
        Assert.Equal(("dir/f.yaml", 11, "slots[2].port"), (error.File, error.Line, error.Field));
        Assert.StartsWith("dir/f.yaml:11: slots[2].port: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("from 1 to 9", error.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", true)]
    [InlineData("-1", false)]
    [InlineData("9", true)]
    [InlineData("10", false)]
    [InlineData("0x9", true)]
    [InlineData("0xA", false)]
    [InlineData("0xFFFFFFFFFFFFFFFF", false)]
    [InlineData("99999999999999999999", false)]
    [InlineData("1.0", false)]
    [InlineData("1e0", false)]
    [InlineData("0x", false)]
    [InlineData("", false)]
    [InlineData("null", false)]
    [InlineData("[1]", false)]
    public void Both_ends_of_a_number_are_allowed_and_nothing_beyond(string text, bool allowed) =>
        Expect(allowed, "n", () => YamlSection.Parse($"n: {text}", "f").Number("n", 0, 9));

    [Fact]
    public void Hex_digits_are_never_a_negative_number() =>
        Expect(false, "n", () => YamlSection.Parse("n: 0xFFFFFFFFFFFFFFFF", "f").Number("n", -9, 9));

    [Theory]
    [InlineData("0.1", true)]
    [InlineData("0.09", false)]
    [InlineData("60", true)]
    [InlineData("60.1", false)]
    [InlineData("NaN", false)]
    [InlineData("Infinity", false)]
    [InlineData("1,5", false)]
    [InlineData("1e999", false)]
    public void Both_ends_of_a_real_number_are_allowed_and_nothing_beyond(string text, bool allowed) =>
        Expect(allowed, "n", () => YamlSection.Parse($"n: {text}", "f").Real("n", 0.1, 60));

    [Theory]
    [InlineData("abcd", true)]
    [InlineData("abcde", false)]
    [InlineData("\"\"", false)]
    [InlineData("\"a\\u0007\"", false)]
    [InlineData("\"a\\nb\"", false)]
    [InlineData("{a: b}", false)]
    public void A_text_is_bounded_and_printable(string text, bool allowed) =>
        Expect(allowed, "n", () => YamlSection.Parse($"n: {text}", "f").Text("n", 4));

    [Theory]
    [InlineData("a: 1\nb: 2\na: 3", 3, "stands here twice")]
    [InlineData("a: &x 1\nb: 2", 1, "anchors")]
    [InlineData("a: 1\nb: *x", 2, "aliases")]
    [InlineData("a: !!int 1", 1, "tags")]
    [InlineData("a: 1\n---\nb: 2", 2, "second document")]
    [InlineData("? [a]\n: 1", 1, "field name")]
    [InlineData("- a\n- b", 1, "no fields")]
    [InlineData("", 1, "no fields")]
    [InlineData("a: [1\nb: 2", 1, "not YAML")]
    [InlineData("a: 1\n\tb: 2", 1, "not YAML")]
    public void What_a_settings_file_does_not_need_is_refused_with_its_line(string text, int line, string problem)
    {
        ConfigurationException error = Assert.Throws<ConfigurationException>(() => YamlSection.Parse(text, "f.yaml"));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.True(line == error.Line, error.Message);
        Assert.NotEmpty(error.Remedy);
    }

    [Fact]
    public void Nesting_is_bounded()
    {
        YamlSection.Parse("a: " + new string('[', 30) + new string(']', 30), "f");
        Assert.Throws<ConfigurationException>(() => YamlSection.Parse("a: " + new string('[', 40) + new string(']', 40), "f"));
        Assert.Throws<ConfigurationException>(() => YamlSection.Parse("a: " + new string('[', 200_000), "f"));
    }

    [Fact]
    public void A_file_of_1_MiB_is_read_and_one_more_byte_is_refused()
    {
        string folder = Directory.CreateTempSubdirectory("yaml").FullName;
        try
        {
            string file = Path.Combine(folder, "large.yaml");
            string head = "a: 1\n#";
            File.WriteAllText(file, head + new string('x', (1 << 20) - head.Length));
            Assert.Equal(1, YamlSection.Load(file).Number("a", 1, 1));
            File.AppendAllText(file, "x");
            Assert.Contains("1 MiB", Assert.Throws<ConfigurationException>(() => YamlSection.Load(file)).Message, StringComparison.Ordinal);
            File.WriteAllBytes(file, [0x61, 0x3A, 0x20, 0xFF, 0xFE]);
            Assert.Contains("UTF-8", Assert.Throws<ConfigurationException>(() => YamlSection.Load(file)).Message, StringComparison.Ordinal);
            Assert.Contains(
                "no such file",
                Assert.Throws<ConfigurationException>(() => YamlSection.Load(file + "x")).Message,
                StringComparison.Ordinal);
            Assert.Throws<ConfigurationException>(() => YamlSection.Load(folder));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [Fact]
    public void A_field_nobody_asked_for_is_refused_with_those_that_were()
    {
        YamlSection root = YamlSection.Parse("a: 1\nbb: 2", "f");
        root.Number("a", 0, 9);
        root.OptionalText("b");
        ConfigurationException error = Assert.Throws<ConfigurationException>(root.RejectUnknown);
        Assert.Equal(("bb", 2), (error.Field, error.Line));
        Assert.Contains("a, b", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_files_are_refused_or_read_and_never_a_crash() => Garbage.Try(Good, 1500, text =>
    {
        try
        {
            YamlSection root = YamlSection.Parse(text, "f");
            root.Number("count", 0, 31);
            root.Texts("list");
            root.Section("inner")?.Section("deep");
            foreach (YamlSection slot in root.Sections("slots"))
                slot.Text("port");
        }
        catch (ConfigurationException)
        {
            // Refused, as it should be.
        }
    });

    private static void Expect(bool allowed, string field, Func<object> read)
    {
        if (allowed)
            read();
        else
            Assert.Equal(field, Assert.Throws<ConfigurationException>(read).Field);
    }
}
