using System.Globalization;
using ProvisionStation.Simulator.Faults;
using ProvisionStation.Simulator.Firmware;
using ProvisionStation.Simulator.Modules;

namespace ProvisionStation.Simulator;

/// <summary>The command line.</summary>
internal sealed class Options
{
    public const string Help = """
        A virtual bench: modules on pseudo terminals and a supply over TCP. Nothing here is mains, and nothing is real.

        ProvisionStation.Simulator [options]        a bench, until stopped
          --slots N            slots, 1 to 64 (4)
          --scale X            how much faster than life wires, flash and applications are (1)
          --turbo              wires and flash take no time at all
          --seed S             seed of everything that is left to chance (1)
          --chip n|t|m         chip of units that do not say which (n)
          --empty              begin with empty slots; otherwise each holds a healthy unit
          --crate CRATE        begin with the first units of a crate: a file with a line SERIAL [fault…] for each unit,
                               or N, or N:PLACE=FAULT[+FAULT…],… for example 12:3=stalled-boot,7=protected
          --swap               a stand-in operator takes finished units out and puts in the next of the crate
          --scpi-port P        the supply's port on the loopback, 0 for any free one (5025)
          --control-port P     takes commands over TCP on the loopback too, 0 for any free one
          --folder F           where the slots' ports get their names, slot1 and slot1-log and so on (/tmp/provision-station-sim)
          --with-parent        ends when its standard input closes
        The first line on stdout is one JSON object: {"scpi":…,"control":…,"seed":…,"scale":…,"slots":[{"slot":1,"port":…,"log":…},…]}.
        Then a command a line on stdin, a JSON object a line as answer; 'help' lists them.

        ProvisionStation.Simulator image --chip n|t|m --version V --out FILE              a synthetic QIO image
        ProvisionStation.Simulator vendor --chip C --serial S --out FILE [--product P] [--seed S]     the flash of a fresh unit
        """;

    private const int MostSlots = 64;

    public int Slots { get; private set; } = 4;

    public double Scale { get; private set; } = 1;

    public bool Turbo { get; private set; }

    public ulong Seed { get; private set; } = 1;

    public ModuleFacts Chip { get; private set; } = ModuleFacts.Parse("n");

    public bool Empty { get; private set; }

    public bool WithParent { get; private set; }

    public bool Swap { get; private set; }

    public string? CrateText { get; private set; }

    public int ScpiPort { get; private set; } = 5025;

    public int? ControlPort { get; private set; }

    public string Folder { get; private set; } = "/tmp/provision-station-sim";

    public string? Version { get; private set; }

    public string? Serial { get; private set; }

    public VendorProduct Product { get; private set; } = VendorProduct.Plug;

    public string? Out { get; private set; }

    /// <exception cref="FormatException">Not understood; the message says what is allowed.</exception>
    public static Options Parse(IEnumerable<string> arguments)
    {
        Options options = new();
        Queue<string> left = new(arguments);
        while (left.TryDequeue(out string? name))
        {
            if (!options.SetFlag(name))
                options.Set(name, left.TryDequeue(out string? value) ? value : throw Unknown(name));
        }

        return options;
    }

    /// <summary>The list of faults, chips and products, for <c>--help</c>.</summary>
    public static string FaultHelp() => string.Join('\n', FaultWords.All.Select(word => $"  {word.Form,-26} {word.Meaning}"))
        + "\n  chip=n|t|m|u|7238|7252     another chip\n"
        + "  mac=HEX12                  this MAC instead of its own, with its own calibration\n"
        + string.Join('\n', VendorProduct.All.Select(product => $"  {"product=" + product.Word,-26} {product.Meaning}"));

    private bool SetFlag(string name)
    {
        switch (name)
        {
            case "--turbo":
                return Turbo = true;
            case "--empty":
                return Empty = true;
            case "--with-parent":
                return WithParent = true;
            case "--swap":
                return Swap = true;
            default:
                return false;
        }
    }

    private void Set(string name, string value)
    {
        switch (name)
        {
            case "--slots":
                Slots = Number(name, value, 1, MostSlots);
                break;
            case "--scale":
                Scale = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double scale) ? scale : 0;
                if (Scale is not (>= 0.01 and <= 1000))
                    throw new FormatException("--scale is a number from 0.01 to 1000");
                break;
            case "--seed":
                Seed = ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)
                    ? seed
                    : throw new FormatException("--seed is a whole number from 0 up");
                break;
            case "--chip":
                Chip = ModuleFacts.Parse(value);
                break;
            case "--crate":
                CrateText = value;
                break;
            case "--scpi-port":
                ScpiPort = Number(name, value, 0, 65535);
                break;
            case "--control-port":
                ControlPort = Number(name, value, 0, 65535);
                break;
            case "--folder":
                Folder = Path.GetFullPath(value);
                break;
            case "--version":
                Version = value;
                break;
            case "--serial":
                Serial = value;
                break;
            case "--product":
                Product = VendorProduct.Parse(value);
                break;
            case "--out":
                Out = value;
                break;
            default:
                throw Unknown(name);
        }
    }

    private static FormatException Unknown(string name) => new($"{name} is not known or needs a value; see --help");

    private static int Number(string name, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new FormatException($"{name} is a whole number from {least} to {most}");
}
