namespace ProvisionStation.Runs.Channels;

/// <summary>Counts runs over all slots: no more are started than were asked for, and the station knows when nothing happens.</summary>
internal sealed class RunGate(int? most, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private int _inProgress;
    private int _finished;
    private long _lastChange = clock.GetTimestamp();

    /// <summary>Runs that have a verdict.</summary>
    public int Finished
    {
        get
        {
            lock (_gate)
                return _finished;
        }
    }

    /// <summary>True where as many runs have a verdict as were asked for.</summary>
    public bool IsDone
    {
        get
        {
            lock (_gate)
                return _finished >= most;
        }
    }

    /// <summary>How long no run has been in progress, and none was started.</summary>
    public TimeSpan Idle
    {
        get
        {
            lock (_gate)
                return _inProgress > 0 ? TimeSpan.Zero : clock.GetElapsedTime(_lastChange);
        }
    }

    /// <summary>Asks to start a run; false where enough are done or in progress.</summary>
    public bool TryBegin()
    {
        lock (_gate)
        {
            if (_finished + _inProgress >= most)
                return false;
            _inProgress++;
            _lastChange = clock.GetTimestamp();
            return true;
        }
    }

    /// <summary>A run ended.</summary>
    /// <param name="hasVerdict">False where it could not even be inserted.</param>
    public void End(bool hasVerdict)
    {
        lock (_gate)
        {
            _inProgress--;
            _finished += hasVerdict ? 1 : 0;
            _lastChange = clock.GetTimestamp();
        }
    }
}
