using ProvisionStation.Simulator.Modules;

namespace ProvisionStation.Tests.Simulator;

/// <summary>Talks to a virtual unit by numbers alone: no thread, no port, and the clock goes where the test says.</summary>
internal sealed class LoaderTalk
{
    public const long Second = 1_000_000_000;

    private readonly byte[] _buffer = new byte[8192];

    private LoaderTalk(string chip, byte[] flash, string[] faults)
    {
        UnitBirth birth = UnitBirth.Parse(["101", .. faults], ModuleFacts.Parse(chip));
        Unit = new Unit(birth, new Pace(1, false), 7, flash);
    }

    public Unit Unit { get; }

    public long Now { get; private set; } = 5 * Second;

    public int HostRate { get; set; } = ProvisionStation.Simulator.Modules.BootLoader.StartRate;

    /// <summary>A unit with blank flash, or with this one, and no power.</summary>
    public static LoaderTalk Off(string chip, byte[]? flash = null, params string[] faults)
    {
        byte[] content = flash ?? new byte[0x200000];
        if (flash is null)
            content.AsSpan().Fill(0xFF);
        return new LoaderTalk(chip, content, faults);
    }

    /// <summary>The same, powered and linked.</summary>
    public static LoaderTalk Linked(string chip, byte[]? flash = null, params string[] faults)
    {
        LoaderTalk talk = Off(chip, flash, faults);
        talk.Unit.PowerOn(talk.Now);
        Assert.Equal("040E0501E0FC0100", talk.Ask("01 E0 FC 01 00"));
        return talk;
    }

    /// <summary>Sends a request, and gives all that comes within the time, as hex.</summary>
    public string Ask(string hex, double seconds = 0.2) =>
        Convert.ToHexString(Ask(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), seconds));

    public byte[] Ask(byte[] request, double seconds = 0.2)
    {
        Unit.Hear(request, HostRate, Now);
        return Listen(seconds);
    }

    /// <summary>Lets time pass.</summary>
    public byte[] Listen(double seconds)
    {
        List<byte> heard = [];
        long end = Now + (long)(seconds * Second);
        while (true)
        {
            Unit.Advance(Now);
            while (Unit.Uart.Take(Now, _buffer, out _) is > 0 and int count)
                heard.AddRange(_buffer.AsSpan(0, count));
            Unit.Uart.EndFrame(Now);
            while (Unit.Log.Take(Now, _buffer, out _) > 0)
                continue;
            Unit.Log.EndFrame(Now);
            if (Now == end)
                return [.. heard];
            Now = Math.Min(end, Math.Max(Now + 1, Unit.NextDue(Now)));
        }
    }

    /// <summary>A 4 KiB write request.</summary>
    public static byte[] WriteRequest(uint address, byte[] sector) =>
        [0x01, 0xE0, 0xFC, 0xFF, 0xF4, 0x05, 0x10, 0x07, .. BitConverter.GetBytes(address), .. sector];
}
