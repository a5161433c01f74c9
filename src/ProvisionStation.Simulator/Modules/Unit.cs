using ProvisionStation.Simulator.Faults;
using ProvisionStation.Simulator.Firmware;

namespace ProvisionStation.Simulator.Modules;

/// <summary>One virtual module: flash, loader, application, current. Knows time only as the numbers it is given, in nanoseconds.</summary>
/// <remarks>Not for use by two threads at once.</remarks>
internal sealed class Unit
{
    /// <summary>How long the ROM of a FULL chip waits for a link check. "A few hundred milliseconds" is published, the figure is not
    /// (section 2.3).</summary>
    private static readonly long FullWindow = Pace.Real(0.1);

    /// <summary>BASIC: without any byte, without a link check, and linked but quiet. Polls and ticks are published, seconds are not
    /// (section 2.3).</summary>
    private static readonly long BasicQuietWindow = Pace.Real(0.3);
    private static readonly long BasicWindow = Pace.Real(0.8);
    private static readonly long BasicIdle = Pace.Real(5);

    private static readonly long NoisePause = Pace.Real(0.004);
    private static readonly long FlashPause = Pace.Real(0.03);

    private readonly UnitBirth _birth;
    private readonly Random _dice;
    private readonly CurrentShape _shape;
    private readonly Applications _applications;
    private ApplicationRun? _application;
    private long _resetAt;
    private LoaderWish _trouble;

    /// <summary>A unit fresh from its vendor.</summary>
    public Unit(UnitBirth birth, Pace pace, ulong seed)
        : this(birth, pace, seed, birth.Flash(seed))
    {
    }

    /// <summary>A unit with this flash.</summary>
    public Unit(UnitBirth birth, Pace pace, ulong seed, byte[] flash)
    {
        _birth = birth;
        _dice = new Random((int)birth.Seed(seed));
        Faults = new FaultSet(birth.Faults);
        Original = [.. flash];
        Flash = new NorFlash(flash, Faults, _dice);
        Receive = new ReceiveLine(pace, _dice);
        Uart = new TransmitLine(pace);
        Log = new TransmitLine(pace);
        Loader = new BootLoader(birth.Chip, Flash, new EFuse(birth.Chip, birth.Key), pace, Faults, _dice, Uart);
        _shape = new CurrentShape(birth.Chip, Faults, _dice);
        _applications = new Applications(birth.Chip, birth.Key, Flash, pace, Faults, _dice, Boots);
    }

    public string Serial => _birth.Serial;

    public ModuleFacts Chip => _birth.Chip;

    public VendorProduct Product => _birth.Product;

    public byte[] Mac => _birth.Mac;

    public FaultSet Faults { get; }

    /// <summary>The flash as it came.</summary>
    public byte[] Original { get; }

    public NorFlash Flash { get; }

    public BootLoader Loader { get; }

    public BootRecord Boots { get; } = new();

    /// <summary>RX1.</summary>
    public ReceiveLine Receive { get; }

    /// <summary>TX1.</summary>
    public TransmitLine Uart { get; }

    /// <summary>TX2.</summary>
    public TransmitLine Log { get; }

    public UnitPhase Phase { get; private set; }

    public bool IsPowered => Phase != UnitPhase.Off;

    private bool IsNoisy => Faults.Has(FaultKind.Garbage);

    /// <summary>True once the loader was linked since power came.</summary>
    public bool WasLinked { get; private set; }


    /// <summary>Nothing is wrong with it any more.</summary>
    public void Heal()
    {
        Faults.Clear();
        Loader.IsMute = false;
    }

    /// <summary>3.3 V comes.</summary>
    public void PowerOn(long now)
    {
        if (IsPowered)
            return;
        WasLinked = false;
        Flash.PowerCame();
        if (Faults.Has(FaultKind.NoUnit))
            Phase = UnitPhase.Open;
        else if (Faults.Has(FaultKind.Short))
            Phase = UnitPhase.Shorted;
        else
            Reset(now);
    }

    /// <summary>3.3 V goes: what was under way is lost, what was written stays half written.</summary>
    public void PowerOff(long now)
    {
        if (!IsPowered)
            return;
        Advance(now);
        Loader.LosePower(now);
        EndApplication();
        Phase = UnitPhase.Off;
        Receive.Clear();
        Uart.Clear();
        Log.Clear();
    }

    /// <summary>The host has written bytes.</summary>
    public void Hear(ReadOnlySpan<byte> bytes, int hostRate, long now)
    {
        if (IsPowered)
            Receive.Add(bytes, hostRate, now);
    }

    /// <summary>Lives until now.</summary>
    public void Advance(long now)
    {
        if (Phase == UnitPhase.Loader)
            AdvanceLoader(now);
        else
            Receive.Clear();
        if (_application is not null)
            AdvanceApplication(_application, now);
    }

    /// <summary>What the unit's surroundings must do to it, told once.</summary>
    public LoaderWish TakeTrouble()
    {
        LoaderWish trouble = _trouble;
        _trouble = LoaderWish.None;
        return trouble;
    }

    /// <summary>When it has something to do next, if nothing comes from outside.</summary>
    public long NextDue(long now)
    {
        long due = Math.Min(Uart.NextDue(), Log.NextDue());
        if (Phase == UnitPhase.Loader)
        {
            due = Math.Min(due, IsNoisy && !Uart.IsBusy ? now + NoisePause : LoaderDue(now));
            due = Math.Min(due, Receive.Count > 0 ? Math.Max(Receive.NextDue, Loader.BusyUntil) : long.MaxValue);
        }

        return Math.Min(due, _application?.NextDue ?? long.MaxValue);
    }

    /// <summary>The current now, without a supply's limit.</summary>
    public double Milliamperes(long now) =>
        _shape.Milliamperes(Phase, now < Loader.FlashBusyUntil + FlashPause && Loader.FlashBusyUntil > _resetAt);

    private void Reset(long now)
    {
        EndApplication();
        _resetAt = now;
        Loader.Reset(now);
        // A BASIC loader lies in the flash: damaged, it answers no more (section 1.1).
        bool isIntact = Flash.Content.AsSpan(0, (int)NorFlash.LoaderEnd).SequenceEqual(Original.AsSpan(0, (int)NorFlash.LoaderEnd));
        Phase = !Chip.IsFull && !isIntact ? UnitPhase.Dead : UnitPhase.Loader;
    }

    private void AdvanceLoader(long now)
    {
        if (IsNoisy)
        {
            MakeNoise(now);
            return;
        }

        Loader.Advance(Receive, now);
        WasLinked |= Loader.IsLinked;
        switch (Loader.Wish)
        {
            case LoaderWish.Reset:
                Reset(now);
                break;
            case LoaderWish.StartApplication:
                StartApplication(now);
                break;
            case LoaderWish.LosePower or LoaderWish.LoseAdapter:
                _trouble = Loader.Wish;
                Loader.WishIsDone();
                break;
            default:
                LeaveWhenIdle(now);
                break;
        }
    }

    private void LeaveWhenIdle(long now)
    {
        if (now < LoaderDue(now))
            return;
        if (Loader.IsLinked)
            Reset(now);
        else
            StartApplication(now);
    }

    /// <summary>When the loader gives up waiting.</summary>
    private long LoaderDue(long now)
    {
        if (Loader.IsLinked)
        {
            bool stays = Chip.IsFull || Loader.BusyUntil > now || Receive.Count > 0;
            return stays ? long.MaxValue : Math.Max(Loader.LastByteAt, Loader.BusyUntil) + BasicIdle;
        }

        if (Loader.IsMute || IsNoisy)
            return long.MaxValue;
        return _resetAt + (Chip.IsFull ? FullWindow : Loader.HasHeard ? BasicWindow : BasicQuietWindow);
    }

    private void MakeNoise(long now)
    {
        Receive.Clear();
        if (Uart.IsBusy)
            return;
        byte[] noise = new byte[_dice.Next(8, 40)];
        _dice.NextBytes(noise);
        Uart.Send(noise, BootLoader.StartRate, now + NoisePause);
    }

    private void StartApplication(long now)
    {
        Receive.Clear();
        (Phase, _application) = _applications.Start(now);
    }

    private void AdvanceApplication(ApplicationRun application, long now)
    {
        while (application.NextLine(now) is { } line)
            Log.Send(line.Text, BootLoader.StartRate, line.At);
        if (!application.IsComplete && application.CompleteAt <= now)
        {
            application.IsComplete = true;
            Boots.Completed();
            _applications.CameUp();
            Phase = UnitPhase.Up;
        }

        if (application.RestartAt <= now)
            Reset(application.RestartAt);
    }

    private void EndApplication() => _application = null;
}
