using System.Text;
using ProvisionStation.Simulator.Faults;
using ProvisionStation.Simulator.Firmware;

namespace ProvisionStation.Simulator.Modules;

/// <summary>What happens when a chip jumps to 0x10000: nothing, the vendor's application, or OpenBeken.</summary>
internal sealed class Applications(ModuleFacts chip, SimKey key, NorFlash flash, Pace pace, FaultSet faults, Random dice, BootRecord boots)
{
    /// <summary>OpenBeken says that its boot is complete at about 6 s (OpenBeken sheet section 6, line 22).</summary>
    private const double CompleteSeconds = 6;
    private const double LoopSeconds = 1.4;
    private const double GarbageSeconds = 60;
    private const double BetweenGarbageSeconds = 0.25;

    /// <summary>A loop ends before this, line 12; a brown-out behind that, when the radio starts (line 16). Source: OpenBeken sheet
    /// section 6.</summary>
    private const string BeforeRadio = "Main_Init_Delay";
    private const string RadioStarts = "Using SSID";

    private bool _rfIsChanged;

    /// <summary>Starts what the flash holds.</summary>
    public (UnitPhase Phase, ApplicationRun? Run) Start(long now)
    {
        Application found = FlashReader.Examine(flash.Content, chip.Chip, key);
        boots.WhyNot = faults.Has(FaultKind.NoBoot) ? "fault no-boot" : found.WhyNot;
        if (!found.IsBootable || faults.Has(FaultKind.NoBoot))
        {
            // The loader may say its lines and then nothing; a chip with a wrong key does not get that far.
            boots.Firmware = null;
            return (UnitPhase.Dead, null);
        }

        boots.Started();
        boots.Firmware = found.IsOpenBeken ? $"Open{found.Chip} {found.Version}" : "vendor";
        if (faults.Has(FaultKind.SilentBoot))
            return (UnitPhase.Stalled, null);
        if (faults.Has(FaultKind.StalledBoot) || (found.IsOpenBeken && faults.Has(FaultKind.StallsWithImage)))
            return (UnitPhase.Stalled, new ApplicationRun(Garbage(now), long.MaxValue, long.MaxValue));
        IReadOnlyList<(double Second, byte[] Text)> log = found.IsOpenBeken ? StartOpenBeken(found) : ObkFirmware.VendorLog(chip.Chip);
        return (UnitPhase.Booting, Run([.. ObkFirmware.LoaderLines(chip.Chip), .. log], now));
    }

    /// <summary>The application has come up: a vendor's firmware keeps a note of that in its store, so that a flash is not what it was once it ran.</summary>
    public void CameUp()
    {
        if (boots.Firmware == "vendor")
            VendorFlash.NoteStart(flash.Content);
    }

    private IReadOnlyList<(double Second, byte[] Text)> StartOpenBeken(Application found)
    {
        if (faults.Has(FaultKind.ConfigRejected) && flash.Content[chip.ConfigAddress] == (byte)'C')
            flash.Content[chip.ConfigAddress] &= 0xFE; // a bit of the ident: no checksum can make up for it
        if (faults.Has(FaultKind.RfChanged) && !_rfIsChanged)
            ChangeRf();
        ObkFirmware firmware = ObkFirmware.Boot(flash.Content, chip.Chip, found.Version ?? "", boots.NextIsSafeMode);
        boots.ConfigAccepted = firmware.ConfigAccepted;
        boots.ChangeCount = firmware.ChangeCount;
        return firmware.Log;
    }

    private ApplicationRun Run(List<(double Second, byte[] Text)> lines, long now)
    {
        double complete = lines.Where(line => Says(line.Text, "Boot complete")).Select(line => line.Second).FirstOrDefault(CompleteSeconds);
        double restart = double.PositiveInfinity;
        if (faults.Has(FaultKind.BootLoop))
        {
            int last = lines.FindIndex(line => Says(line.Text, BeforeRadio));
            lines = last < 0 ? lines : lines[..last];
            restart = LoopSeconds;
        }
        else if (faults.Has(FaultKind.BrownOut))
        {
            int last = lines.FindIndex(line => Says(line.Text, RadioStarts));
            lines = last < 0 ? lines : lines[..(last + 1)];
            restart = last < 0 ? LoopSeconds : lines[last].Second + 0.3;
        }

        lines = [.. lines.Where(line => line.Second < restart)];
        long restartAt = double.IsInfinity(restart) ? long.MaxValue : now + pace.Application(restart);
        long completeAt = complete < restart ? now + pace.Application(complete) : long.MaxValue;
        if (faults.Has(FaultKind.SilentLog))
            lines.Clear();
        return new ApplicationRun([.. lines.Select(line => (now + pace.Application(line.Second), line.Text))], completeAt, restartAt);
    }

    private List<(long At, byte[] Text)> Garbage(long now)
    {
        List<(long At, byte[] Text)> lines = [];
        for (double second = 0.05; second < GarbageSeconds; second += BetweenGarbageSeconds)
        {
            byte[] noise = new byte[dice.Next(10, 60)];
            dice.NextBytes(noise);
            foreach (ref byte value in noise.AsSpan())
                value = (byte)(value | (dice.Next(10) < 8 ? 0x80 : 0)); // framing at a wrong clock: mostly not text
            lines.Add((now + pace.Application(second), noise));
        }

        return lines;
    }

    /// <summary>Clears a bit of the calibration behind the MAC.</summary>
    private void ChangeRf()
    {
        Span<byte> sector = flash.Content.AsSpan((int)chip.RfAddress, (int)NorFlash.SectorBytes);
        int at = sector[0x44..].IndexOfAnyExcept((byte)0x00);
        if (at < 0)
            return;
        ref byte value = ref sector[0x44 + at];
        value &= (byte)(value - 1);
        _rfIsChanged = true;
    }

    private static bool Says(byte[] line, string text) => Encoding.ASCII.GetString(line).Contains(text, StringComparison.Ordinal);
}
