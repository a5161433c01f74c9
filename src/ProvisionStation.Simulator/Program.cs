using System.Net.Sockets;
using System.Runtime.InteropServices;
using ProvisionStation.Simulator;
using ProvisionStation.Simulator.Firmware;
using ProvisionStation.Simulator.Modules;

if (args.Contains("--help") || args.Contains("-h"))
{
    Console.Error.WriteLine(Options.Help);
    Console.Error.WriteLine("\nfaults:\n" + Options.FaultHelp());
    return 0;
}

try
{
    return args switch
    {
        ["image", .. string[] rest] => WriteImage(Options.Parse(rest)),
        ["vendor", .. string[] rest] => WriteVendor(Options.Parse(rest)),
        _ => RunBench(Options.Parse(args)),
    };
}
catch (FormatException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException)
{
    Console.Error.WriteLine($"{e.Message}. Choose another --folder, --scpi-port or --out, or stop the program that holds it.");
    return 3;
}

static int WriteImage(Options options)
{
    string version = options.Version ?? throw new FormatException("image needs --version, for example 1.18.299");
    File.WriteAllBytes(options.Out ?? throw new FormatException("image needs --out FILE"), SyntheticImage.Qio(options.Chip.Chip, version));
    Console.Error.WriteLine($"a synthetic image for chip {options.Chip.Word}, version {version}: {options.Out}");
    return 0;
}

static int WriteVendor(Options options)
{
    string serial = options.Serial ?? throw new FormatException("vendor needs --serial");
    UnitBirth birth = UnitBirth.Parse([serial], options.Chip) with { Product = options.Product };
    File.WriteAllBytes(options.Out ?? throw new FormatException("vendor needs --out FILE"), birth.Flash(options.Seed));
    Console.Error.WriteLine($"the flash of unit {birth.Serial}, MAC {Convert.ToHexString(birth.Mac)}: {options.Out}");
    return 0;
}

static int RunBench(Options options)
{
    using CancellationTokenSource stop = new();
    using VirtualBench bench = new(options, TimeProvider.System, Console.Error.WriteLine);
    using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
    using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
    Console.Out.WriteLine(bench.Ready);
    Console.Out.Flush();
    Console.Error.WriteLine($"virtual bench: {options.Slots} slots, {options.Scale}x, seed {options.Seed}; 'help' lists commands");
    Thread commands = new(ReadCommands) { IsBackground = true, Name = "commands" };
    commands.Start();
#pragma warning disable RS0030 // The bench runs until a person or its parent ends it: its own limit is a signal.
    stop.Token.WaitHandle.WaitOne();
#pragma warning restore RS0030
    return 0;

    void End(PosixSignalContext signal)
    {
        signal.Cancel = true;
        // Ctrl-C reaches parent and child at once: the parent still has to switch its slots off, and says itself when it is done.
        if (!options.WithParent || signal.Signal != PosixSignal.SIGINT)
            stop.Cancel();
    }

    void ReadCommands()
    {
        while (Console.In.ReadLine() is { } line)
        {
            Console.Out.WriteLine(bench.Control.Execute(line));
            Console.Out.Flush();
        }

        if (options.WithParent)
            stop.Cancel();
    }
}
