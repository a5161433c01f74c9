using ProvisionStation.Records;

namespace ProvisionStation.Runs.Channels;

/// <summary>Remembers the unit that was judged last in a slot, so that it is not taken for a new one.</summary>
/// <remarks>A PASS stands until another unit answers: one missed answer of a finished unit must not start it again. Any other verdict ends when
/// the slot was seen empty twice, so that a unit taken out and put in again is retested.</remarks>
internal sealed class StandingVerdict
{
    private const int EmptyLooksThatMeanRemoved = 2;

    private Verdict _verdict;
    private uint? _flashId;
    private IReadOnlySet<string>? _rfHashes;
    private int _emptyLooks;

    /// <summary>True where a verdict stands.</summary>
    public bool Stands => _rfHashes is not null;

    /// <summary>Looks at the judged unit that missed its loader, so that its application was cut off while it booted.</summary>
    public int MissedBoots { get; private set; }

    /// <summary>The unit was let boot to its end.</summary>
    public void HasBooted() => MissedBoots = 0;

    /// <summary>A unit was judged.</summary>
    public void Set(Verdict verdict, string? flashId, IReadOnlySet<string> rfHashes)
    {
        _verdict = verdict;
        _flashId = flashId is null ? null : Convert.ToUInt32(flashId, 16);
        _rfHashes = rfHashes;
        _emptyLooks = 0;
        MissedBoots = 0;
    }

    /// <summary>True where what was found is a unit that has no verdict yet.</summary>
    public bool IsNew(Presence found)
    {
        switch (found.Kind)
        {
            case PresenceKind.Empty when found.DrawsCurrent && Stands:
                MissedBoots++;
                return false;
            case PresenceKind.Empty:
                if (++_emptyLooks >= EmptyLooksThatMeanRemoved && _verdict != Verdict.Pass)
                    _rfHashes = null;
                return false;
            case PresenceKind.Unreadable:
                return !Stands;
            default:
                _emptyLooks = 0;
                return !IsSame(found);
        }
    }

    /// <summary>A unit that was never identified is the same as whatever answers, until the slot was seen empty.</summary>
    private bool IsSame(Presence found)
    {
        if (_rfHashes is null)
            return false;
        if (_rfHashes.Count == 0)
            return true;
        return found.RfSha256 is not null && _rfHashes.Contains(found.RfSha256) && (_flashId is null || found.FlashId is null || found.FlashId == _flashId);
    }
}
