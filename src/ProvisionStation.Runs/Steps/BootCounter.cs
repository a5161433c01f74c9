namespace ProvisionStation.Runs.Steps;

/// <summary>Counts application starts that were not seen to complete: OpenBeken goes into safe mode after five of them in a row.</summary>
/// <remarks>Source: OpenBK7231T_App, boot counter in flash vars, cleared when "Boot complete time reached".</remarks>
public sealed class BootCounter
{
    /// <summary>Short boots in a row at which one must be let complete before the next try.</summary>
    public const int MostInARow = 3;

    private bool _started;

    /// <summary>All short boots of this run.</summary>
    public int ShortBoots { get; private set; }

    /// <summary>Short boots since the last complete one, those of earlier runs included.</summary>
    public int InARow { get; private set; }

    /// <summary>True once the flash holds an application that would start when the loader is missed.</summary>
    public bool HasApplication { get; set; }

    /// <summary>True where the next start must be let complete.</summary>
    public bool MustComplete => HasApplication && InARow >= MostInARow;

    /// <summary>Takes over what earlier runs of the unit left behind.</summary>
    public void Continue(int inARow) => InARow = inARow;

    /// <summary>The application starts, or may have started because its loader was missed: short until it is seen to complete.</summary>
    public void CountStart()
    {
        if (!HasApplication)
            return;
        ShortBoots++;
        InARow++;
        _started = true;
    }

    /// <summary>The application that was started last was seen to complete its boot.</summary>
    public void CountComplete()
    {
        ShortBoots -= _started ? 1 : 0;
        _started = false;
        InARow = 0;
    }
}
