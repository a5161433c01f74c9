namespace ProvisionStation.Bench.Scpi;

/// <summary>Who may talk to an instrument now: one at a time, in the order they came, but commands before questions.</summary>
/// <remarks>A slot that must go off does not wait until all the others have read their current.</remarks>
internal sealed class ScpiTurn
{
    private readonly Lock _gate = new();
    private readonly Queue<TaskCompletionSource> _commands = new();
    private readonly Queue<TaskCompletionSource> _questions = new();
    private bool _isTaken;

    /// <summary>Waits for the turn; whoever has it gives it back with <see cref="Pass"/>.</summary>
    public async Task TakeAsync(bool isCommand, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        TaskCompletionSource turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (!_isTaken)
            {
                _isTaken = true;
                return;
            }

            (isCommand ? _commands : _questions).Enqueue(turn);
        }

        await using CancellationTokenRegistration leaving = cancel.Register(() => turn.TrySetCanceled(cancel));
        await turn.Task;
    }

    /// <summary>Gives the turn to the next who still waits.</summary>
    public void Pass()
    {
        lock (_gate)
        {
            while (_commands.TryDequeue(out TaskCompletionSource? next) || _questions.TryDequeue(out next))
            {
                if (next.TrySetResult())
                    return;
            }

            _isTaken = false;
        }
    }
}
