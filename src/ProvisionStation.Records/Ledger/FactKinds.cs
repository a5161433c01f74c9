namespace ProvisionStation.Records.Ledger;

/// <summary>The kinds of facts. They are in ledgers that outlive the program: never rename one.</summary>
public static class FactKinds
{
    /// <summary>The ledger begins in a journal that had runs before; its body names the last closing record that is older than it.</summary>
    public const string LedgerBegan = "ledger-began";

    /// <summary>The ledger's file was written anew from the database by a person; the subject is the file that was set aside.</summary>
    public const string LedgerMended = "ledger-mended";

    /// <summary>A copy of the journal was put in place of a broken one; the subject is the copy. What the former ledger has beyond the copy is in the
    /// file that was set aside, which the body names with its hash.</summary>
    public const string JournalRestored = "journal-restored";

    /// <summary>A station got its id; the subject is that id.</summary>
    public const string StationMade = "station-made";

    /// <summary>A run ended; the subject is the run, the body names its closing record and hash.</summary>
    public const string RunClosed = "run-closed";

    /// <summary>A lot was opened; the subject is the lot.</summary>
    public const string LotOpened = "lot-opened";

    /// <summary>A lot was closed; the subject is the lot, the body says by whom, why, and what was left over.</summary>
    public const string LotClosed = "lot-closed";

    /// <summary>A part that all units of a lot must agree on was set; the subject is the lot.</summary>
    public const string LotReference = "lot-reference";

    /// <summary>Units that a lot expects by name were kept; the subject is the lot.</summary>
    public const string UnitsExpected = "units-expected";

    /// <summary>A person approved what the station would not have decided alone; the subject is the lot or unit.</summary>
    public const string Override = "override";

    /// <summary>A person decided what becomes of a unit; the subject is the unit.</summary>
    public const string Disposition = "disposition";

    /// <summary>A slot was taken out of work; the subject is <c>JIG slot N</c>.</summary>
    public const string SlotDisabled = "slot-disabled";

    /// <summary>A slot was put to work again; the subject is <c>JIG slot N</c>.</summary>
    public const string SlotEnabled = "slot-enabled";

    /// <summary>A key was changed; the subject is the new key's fingerprint.</summary>
    public const string KeyChange = "key-change";

    /// <summary>The wall clock stands before the fact that went before, or left the monotonic clock by more than 5 s since then.</summary>
    public const string ClockStep = "clock-step";

    /// <summary>Every kind.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        LedgerBegan, LedgerMended, JournalRestored, StationMade, RunClosed, LotOpened, LotClosed, LotReference, UnitsExpected, Override, Disposition,
        SlotDisabled, SlotEnabled, KeyChange, ClockStep,
    ];

    /// <summary>Kinds that tell what the journal itself did, in the same transaction: nobody else records them.</summary>
    internal static readonly HashSet<string> OfJournal = [LedgerBegan, LedgerMended, JournalRestored, StationMade, RunClosed, LotOpened, LotClosed, LotReference, UnitsExpected, ClockStep];
}
