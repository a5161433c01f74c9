namespace ProvisionStation.Bench.Power;

/// <summary>Power that a person switches when asked.</summary>
internal sealed class ManualSupply(int slot, Func<string, CancellationToken, Task> askOperator) : IPowerSupply
{
    private bool? _isOn;

    public bool IsMechanical => true;

    public async ValueTask OnAsync(CancellationToken cancel)
    {
        // Whatever becomes of the question, a hand may be at the switch already.
        _isOn = null;
        await askOperator($"Slot {slot}: switch the power ON, then press Enter", cancel);
        _isOn = true;
    }

    public async ValueTask OffAsync(CancellationToken cancel)
    {
        if (_isOn == false)
            return; // nobody is asked twice for the same thing
        await askOperator($"Slot {slot}: switch the power OFF, then press Enter", cancel);
        _isOn = false;
    }
}
