namespace ProvisionStation.Simulator.Faults;

/// <summary>The faults of one unit, with how often each has still to show.</summary>
internal sealed class FaultSet
{
    private readonly List<Entry> _entries = [];

    public FaultSet(IEnumerable<Fault> faults)
    {
        foreach (Fault fault in faults)
            Add(fault);
    }

    /// <summary>The faults as they were given.</summary>
    public IEnumerable<Fault> All => _entries.Select(entry => entry.Fault);

    /// <summary>True while the fault still shows.</summary>
    public bool Has(FaultKind kind) => _entries.Exists(entry => entry.Fault.Kind == kind && entry.Left != 0);

    /// <summary>True while the fault still shows for this value.</summary>
    public bool Has(FaultKind kind, uint value) =>
        _entries.Exists(entry => entry.Fault.Kind == kind && entry.Fault.Value == value && entry.Left != 0);

    /// <summary>The values of a fault that still shows, for example addresses.</summary>
    public IEnumerable<uint> Values(FaultKind kind) =>
        _entries.Where(entry => entry.Fault.Kind == kind && entry.Left != 0).Select(entry => entry.Fault.Value);

    /// <summary>Lets the fault show once more, where it does: one of its times is used up.</summary>
    /// <returns>False where it does not show any more.</returns>
    public bool Use(FaultKind kind) => Use(entry => entry.Fault.Kind == kind);

    /// <summary>The same for one value.</summary>
    public bool Use(FaultKind kind, uint value) => Use(entry => entry.Fault.Kind == kind && entry.Fault.Value == value);

    public void Add(Fault fault) => _entries.Add(new Entry(fault) { Left = fault.Times });

    /// <summary>Nothing is wrong any more.</summary>
    public void Clear() => _entries.Clear();

    private bool Use(Predicate<Entry> fits)
    {
        Entry? entry = _entries.Find(one => one.Left != 0 && fits(one));
        if (entry is null)
            return false;
        if (entry.Left > 0)
            entry.Left--;
        return true;
    }

    private sealed class Entry(Fault fault)
    {
        public Fault Fault { get; } = fault;

        public int Left { get; set; }
    }
}
