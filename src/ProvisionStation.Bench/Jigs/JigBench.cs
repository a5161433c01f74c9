namespace ProvisionStation.Bench.Jigs;

/// <summary>A jig with its instruments open. Slots are opened one by one, so that a broken one stops nobody else.</summary>
public sealed class JigBench : IAsyncDisposable
{
    /// <summary>Opens the shared instruments, checks what they are and sets them up; every slot is switched off.</summary>
    /// <param name="jig">The jig.</param>
    /// <param name="askOperator">Puts a question of a <c>manual</c> device to a person and returns when the person confirms.</param>
    /// <param name="clock">The clock of every limit.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="BenchException">An instrument does not answer or is not what it should be.</exception>
    public static Task<JigBench> OpenAsync(Jig jig, Func<string, CancellationToken, Task> askOperator, TimeProvider clock, CancellationToken cancel) =>
        throw new NotImplementedException(jig.Name);

    /// <summary>The jig as its file describes it.</summary>
    public Jig Jig => throw new NotImplementedException();

    /// <summary>What the instruments answered to <c>*IDN?</c>, by name.</summary>
    public IReadOnlyDictionary<string, string> Identities => throw new NotImplementedException();

    /// <summary>The bench of one slot. Nothing of the slot is open yet.</summary>
    public SlotBench Slot(int number) => throw new NotImplementedException();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
