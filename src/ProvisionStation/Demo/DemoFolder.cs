using ProvisionStation.Bench;

namespace ProvisionStation.Demo;

/// <summary>The demo's own files: a jig, a recipe, an image and the crate, all in its data folder, so that they can be looked at and used
/// again.</summary>
internal sealed class DemoFolder
{
    private const string ImageVersion = "1.18.299";
    private const string ImageName = $"OpenBK7231N_QIO_{ImageVersion}.bin";

    private readonly string _path;

    private DemoFolder(string path) => _path = path;

    public string Jig => Path.Combine(_path, "jig.yaml");

    public string Recipe => Path.Combine(_path, "recipe.yaml");

    public string CrateFile => Path.Combine(_path, "crate.txt");

    public string Ports => Path.Combine(_path, "ports");

    public string SimulatorLog => Path.Combine(_path, "simulator.log");

    /// <summary>Makes the folder with recipe, image and crate.</summary>
    /// <exception cref="ConfigurationException">The folder is in use or cannot be written.</exception>
    public static async Task<DemoFolder> MakeAsync(string path, CancellationToken cancel)
    {
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
            throw new ConfigurationException("--data", null, null, $"{path} is not empty", "Give the demo a folder of its own.");
        try
        {
            DemoFolder folder = new(CreatePrivate(path).FullName);
            Directory.CreateDirectory(folder.Ports);
            await File.WriteAllTextAsync(folder.CrateFile, Crate.Text, cancel);
            await File.WriteAllTextAsync(folder.Recipe, RecipeText, cancel);
            await SimulatorProcess.MakeImageAsync("n", ImageVersion, Path.Combine(folder._path, ImageName), cancel);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(
                "--data", null, null, $"{path} cannot be written: {e.Message}", "Start in a folder you may write to, or give --data.");
        }
    }

    /// <summary>Backups and records come to lie in it: for its owner only.</summary>
    private static DirectoryInfo CreatePrivate(string path) => OperatingSystem.IsWindows()
        ? Directory.CreateDirectory(path)
        : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    /// <summary>Writes the jig that fits the ports of the running simulator.</summary>
    public void WriteJig(SimulatorProcess simulator) => File.WriteAllText(Jig, $$"""
        # The virtual bench of the demo. Its ports exist only while the demo runs.
        jig: demo
        revision: 1
        supply: 3V3
        presence: link
        presence_interval: 0.3     # 3 s at time scale 10
        instruments:
          psu:
            driver: scpi
            address: tcp://127.0.0.1:{{simulator.ScpiPort}}
            on: "OUTP ON,(@{channel})"
            off: "OUTP OFF,(@{channel})"
            measure: "MEAS:CURR? (@{channel})"
        slots:

        """ + string.Concat(simulator.Slots.Select(slot => $$"""
          - slot: {{slot.Number}}
            port: {{slot.Port}}
            log: {{slot.Log}}
            power: {use: psu, channel: {{slot.Number}}}
            meter: {use: psu, channel: {{slot.Number}}}

        """)));

    private static string RecipeText => $$"""
        # The recipe of the CB2S plug with windows for time scale 10.
        recipe: demo-virtual-plug-time-scale-10
        revision: 1
        product: {name: Virtual CB2S plug, module: CB2S, chip: BK7231N, supply: 3V3}
        image: {file: {{ImageName}}}
        link: {rates: [1500000, 921600, 460800, 230400, 115200], window: 0.6}
        boot: {limit: 5}
        diagnose: true                 # a plug that does not live is asked with its own firmware: image or unit?
        current: {nominal: [50, 80], mean: [45, 110], peak: 320, cutoff: 200, window: 0.5}     # mA; a real recipe has 3 s
        config:
          from: unit                   # each plug's own pins, out of its own backup
          same: [chip, flash, pins]    # what the plugs of the lot must agree on before anything is erased
          flags: [10]
          names: {short: "plug-{mac6}", long: "Plug_{mac6}"}

        """;
}
