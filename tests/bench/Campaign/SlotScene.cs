namespace ProvisionStation.Speed.Campaign;

/// <summary>One slot during a slice: whose turn it is, and what was seen of the unit.</summary>
/// <param name="number">The slot.</param>
internal sealed class SlotScene(int number)
{
    public int Number { get; } = number;

    /// <summary>The case whose unit is in the slot; null: none.</summary>
    public CasePlan? Plan { get; set; }

    /// <summary>The run under way; null: none.</summary>
    public string? Run { get; set; }

    /// <summary>The unit before the run.</summary>
    public UnitTruth? Before { get; set; }

    public bool WasDisturbed { get; set; }

    /// <summary>True once the unit has had its second chance.</summary>
    public bool IsRetest { get; set; }

    /// <summary>True where the station cut the slot's power for good.</summary>
    public bool IsLatched { get; set; }

    /// <summary>When the unit was put in.</summary>
    public long Since { get; set; }

    /// <summary>What is still to befall it in this run.</summary>
    public Task Disturbing { get; set; } = Task.CompletedTask;

    /// <summary>Forgets the unit.</summary>
    public void Clear() => (Plan, Run, Before, WasDisturbed, IsRetest) = (null, null, null, false, false);
}
