using ProvisionStation.Bench;
using ProvisionStation.Bench.Jigs;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Bench;

public sealed class JigFileTests : IDisposable
{
    private const string Good = """
        jig: bench-4
        revision: 2
        supply: 3V3
        presence: link
        presence_interval: 0.5
        instruments:
          psu:
            driver: scpi
            address: tcp://127.0.0.1:5025
            setup: ["VOLT 3.3,(@{channel})"]
            on: "OUTP ON,(@{channel})"
            off: "OUTP OFF,(@{channel})"
            measure: "MEAS:CURR? (@{channel})"
          dmm: {driver: scpi, address: "serial:///dev/ttyUSB9?baud=115200", measure: "READ?"}
          switch: {driver: scpi, address: "tcp://[::1]:5555", on: "A{channel}", off: "B{channel}"}
        slots:
          - slot: 1
            port: /dev/ttyUSB0
            log: /dev/ttyUSB1
            power: {use: psu, channel: 1}
            meter: {use: psu, channel: 1}
            reset: {driver: rts, active: low}
          - slot: 2
            port: 1-4.1.2:1.0
            log: ../ports/log2
            power: {driver: exec, on: [./relay, "2", "on"], off: [relay, "2", "off"]}
            meter: {driver: exec, measure: [read-meter, "2"]}
          - slot: 3
            port: ./slot3
            power: {driver: dtr}
            reset: {driver: rts, active: high}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("jig").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void The_forms_of_the_design_are_read_to_the_letter()
    {
        Jig jig = Load(Good);
        Assert.Equal(("bench-4", 2, JigSupply.ThreeVoltThree, JigPresence.Link), (jig.Name, jig.Revision, jig.Supply, jig.Presence));
        Assert.Equal(TimeSpan.FromSeconds(0.5), jig.PresenceInterval);
        Assert.Equal(["psu", "dmm", "switch"], jig.Instruments.Keys);
        Assert.Equal("OUTP ON,(@{channel})", jig.Instruments["psu"].On);
        Assert.Equal(["VOLT 3.3,(@{channel})"], jig.Instruments["psu"].Setup);
        Assert.Equal([1, 2, 3], jig.Slots.Select(slot => slot.Number));
        Assert.Equal(("psu", 1), (jig.Slots[0].Power.Use, jig.Slots[0].Power.Channel));
        Assert.Equal(("rts", true), (jig.Slots[0].Reset!.Driver, jig.Slots[0].Reset!.ActiveLow));
        Assert.False(jig.Slots[2].Reset!.ActiveLow);
        Assert.Equal(17, jig.Slots[0].Line);
        Assert.Equal(["read-meter", "2"], jig.Slots[1].Meter!.Measure);
        Assert.Equal(64, jig.Sha256.Length);
        Assert.Equal(Good, jig.Text);
    }

    [Fact]
    public void Relative_paths_start_at_the_file_and_usb_paths_stay()
    {
        Jig jig = Load(Good);
        Assert.Equal("1-4.1.2:1.0", jig.Slots[1].Port);
        Assert.Equal(Path.GetFullPath(Path.Combine(_folder, "../ports/log2")), jig.Slots[1].Log);
        Assert.Equal(Path.Combine(_folder, "relay"), jig.Slots[1].Power.On[0]);
        Assert.Equal("relay", jig.Slots[1].Power.Off[0]);
        Assert.Equal(Path.Combine(_folder, "slot3"), jig.Slots[2].Port);
    }

    [Fact]
    public void Presence_is_looked_at_every_3_seconds_where_the_file_does_not_say() => Assert.Equal(
        TimeSpan.FromSeconds(3), Load(Good.Replace("presence_interval: 0.5\n", "", StringComparison.Ordinal)).PresenceInterval);

    [Theory]
    [InlineData("presence_interval: 0.5", "presence_interval: 0.09", 5, "presence_interval")]
    [InlineData("presence_interval: 0.5", "presence_interval: 60.1", 5, "presence_interval")]
    [InlineData("presence_interval: 0.5", "presense_interval: 1", 5, "presense_interval")]
    [InlineData("presence: link", "presence: input", 4, "presence")]
    [InlineData("supply: 3V3", "supply: 230V", 3, "supply")]
    [InlineData("supply: 3V3", "supply: mains", 3, "supply")]
    [InlineData("supply: 3V3", "supply: 12V", 3, "supply")]
    [InlineData("revision: 2", "revision: 0", 2, "revision")]
    [InlineData("tcp://127.0.0.1:5025", "tcp://127.0.0.1", 9, "instruments.psu.address")]
    [InlineData("tcp://127.0.0.1:5025", "tcp://127.0.0.1:65536", 9, "instruments.psu.address")]
    [InlineData("tcp://127.0.0.1:5025", "http://127.0.0.1:80", 9, "instruments.psu.address")]
    [InlineData("?baud=115200", "?baud=1", 14, "instruments.dmm.address")]
    [InlineData("    driver: scpi\n    address: tcp://127", "    driver: pzem\n    address: tcp://127", 8, "instruments.psu.driver")]
    [InlineData("  dmm: {driver: scpi", "  mains-meter: {driver: scpi", 14, "instruments.mains-meter")]
    [InlineData("    off: \"OUTP OFF,(@{channel})\"\n", "", 8, "instruments.psu.off")]
    [InlineData("measure: \"READ?\"", "setup: []", 14, "instruments.dmm")]
    [InlineData("OUTP ON,(@{channel})", "OUTP ON,(@{chan})", 11, "instruments.psu.on")]
    [InlineData("  - slot: 3", "  - slot: 2", 28, "slots[3].slot")]
    [InlineData("  - slot: 3", "  - slot: 100", 28, "slots[3].slot")]
    [InlineData("port: ./slot3", "port: /dev/ttyUSB1", 29, "slots[3].port")]
    [InlineData("port: ./slot3", "port: /dev/ttyUSB9", 29, "slots[3].port")]
    [InlineData("log: /dev/ttyUSB1", "log: /dev/ttyUSB0", 19, "slots[1].log")]
    [InlineData("power: {use: psu, channel: 1}", "power: {use: other, channel: 1}", 20, "slots[1].power.use")]
    [InlineData("power: {use: psu, channel: 1}", "power: {use: dmm, channel: 1}", 20, "slots[1].power.use")]
    [InlineData("meter: {use: psu, channel: 1}", "meter: {use: switch, channel: 1}", 21, "slots[1].meter.use")]
    [InlineData("meter: {use: psu, channel: 1}", "meter: {use: psu, channel: 0}", 21, "slots[1].meter.channel")]
    [InlineData("meter: {driver: exec, measure: [read-meter, \"2\"]}", "meter: {use: psu, channel: 1}", 27, "slots[2].meter.channel")]
    [InlineData("meter: {driver: exec, measure: [read-meter, \"2\"]}", "meter: {driver: exec}", 27, "slots[2].meter.measure")]
    [InlineData("meter: {driver: exec, measure: [read-meter, \"2\"]}", "meter: {driver: exec, measure: read-meter 2}", 27, "slots[2].meter.measure")]
    [InlineData("meter: {driver: exec, measure: [read-meter, \"2\"]}", "meter: {driver: manual}", 27, "slots[2].meter.driver")]
    [InlineData("[read-meter, \"2\"]", "[pzem-read, \"2\"]", 27, "slots[2].meter.measure")]
    [InlineData("off: [relay, \"2\", \"off\"]", "of: [relay, \"2\", \"off\"]", 26, "slots[2].power.off")]
    [InlineData("    power: {driver: dtr}\n", "", 28, "slots[3].power")]
    [InlineData("power: {driver: dtr}", "power: {driver: dtr, active: high}", 30, "slots[3].power.active")]
    [InlineData("power: {driver: dtr}", "power: {driver: rts}", 31, "slots[3].reset")]
    [InlineData("power: {driver: dtr}", "power: {driver: manual}", 30, "slots[3].power")]
    [InlineData("power: {driver: dtr}", "power: {driver: shelly}", 30, "slots[3].power.driver")]
    [InlineData("reset: {driver: rts, active: high}", "reset: {driver: rts, active: up}", 31, "slots[3].reset.active")]
    [InlineData("reset: {driver: rts, active: high}", "reset: {driver: exec, active: high}", 31, "slots[3].reset.driver")]
    [InlineData("reset: {driver: rts, active: high}", "rset: {driver: rts}", 31, "slots[3].rset")]
    public void A_wrong_jig_is_refused_with_line_and_field(string right, string wrong, int line, string field)
    {
        Assert.Contains(right, Good, StringComparison.Ordinal);
        ConfigurationException error = Assert.Throws<ConfigurationException>(
            () => Load(Good.Replace(right, wrong, StringComparison.Ordinal)));
        Assert.True((line, field) == (error.Line, error.Field), error.Message);
        Assert.NotEmpty(error.Remedy);
    }

    [Fact]
    public void A_jig_without_slots_is_refused()
    {
        Assert.Equal("slots", Assert.Throws<ConfigurationException>(() => Load("jig: a\nrevision: 1\nsupply: 5V")).Field);
        Assert.Equal("slots", Assert.Throws<ConfigurationException>(() => Load("jig: a\nrevision: 1\nsupply: 5V\nslots: []")).Field);
    }

    [Fact]
    public void Mains_is_refused_with_the_reason() => Assert.Contains(
        "kills",
        Assert.Throws<ConfigurationException>(() => Load(Good.Replace("supply: 3V3", "supply: 230V", StringComparison.Ordinal))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_name_that_only_contains_the_letters_is_no_mains() =>
        Assert.Equal(3, Load(Good.Replace("tcp://127.0.0.1:5025", "tcp://psu.domains.example:5025", StringComparison.Ordinal)).Slots.Count);

    [Fact]
    public void A_person_may_switch_where_a_person_says_that_a_unit_is_in() => Assert.Equal("manual", Load(Good
        .Replace("power: {driver: dtr}", "power: {driver: manual}", StringComparison.Ordinal)
        .Replace("presence: link", "presence: operator", StringComparison.Ordinal)).Slots[2].Power.Driver);

    [Fact]
    public void A_command_that_names_no_channel_serves_one_slot_only()
    {
        string one = """
            jig: a
            revision: 1
            supply: 5V
            instruments:
              psu: {driver: scpi, address: "tcp://h:1", on: "ON", off: "OFF"}
            slots:
              - {slot: 1, port: /dev/a, power: {use: psu}}
            """;
        Assert.Equal(1, Load(one).Slots[0].Power.Channel);
        ConfigurationException error = Assert.Throws<ConfigurationException>(
            () => Load(one + "\n  - {slot: 2, port: /dev/b, power: {use: psu, channel: 2}}"));
        Assert.Equal((8, "slots[2].power.channel"), (error.Line, error.Field));
        Assert.Contains("{channel}", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_stands_for_the_jig_file_in_it()
    {
        Load(Good);
        Assert.Equal(Path.Combine(_folder, "jig.yaml"), JigFile.Load(_folder).File);
        Assert.Throws<ConfigurationException>(() => JigFile.Load(Path.Combine(_folder, "none")));
    }

    [Fact]
    public void Every_jig_of_this_repository_loads()
    {
        string[] files = Directory.GetFiles(Path.Combine(RepositoryFolder(), "jigs"), "jig.yaml", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.NotEmpty(JigFile.Load(file).Slots));
    }

    [Fact]
    public void Damaged_jigs_are_refused_or_read_and_never_a_crash() => Garbage.Try(Good, 200, text =>
    {
        try
        {
            Load(text);
        }
        catch (ConfigurationException)
        {
            // Refused, as it should be.
        }
    });

    private static string RepositoryFolder()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "ProvisionStation.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("the tests run outside of the repository");
    }

    private Jig Load(string yaml)
    {
        string file = Path.Combine(_folder, "jig.yaml");
        File.WriteAllText(file, yaml);
        return JigFile.Load(file);
    }
}
