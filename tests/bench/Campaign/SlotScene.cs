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

    /// <summary>The station's events of this slot are looked at in their order, and hold up no other slot.</summary>
    public Task Handling { get; set; } = Task.CompletedTask;

    /// <summary>What the operator does next with the unit.</summary>
    public AfterVerdict Next { get; set; }

    /// <summary>Forgets the unit.</summary>
    public void Clear() => (Plan, Run, Before, WasDisturbed, IsRetest, Next) = (null, null, null, false, false, AfterVerdict.None);
}

/// <summary>What the operator does with a unit once it has a verdict.</summary>
internal enum AfterVerdict
{
    /// <summary>There is none yet.</summary>
    None,

    /// <summary>Take it out; the next one may come at once.</summary>
    TakeOut,

    /// <summary>Take it out, and let the station see the slot empty: it never knew the unit, and would take the next one for it.</summary>
    TakeOutAndWait,

    /// <summary>Heal it, take it out, and put it in again.</summary>
    Retest,
}
