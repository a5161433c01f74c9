using ProvisionStation.Records;

namespace ProvisionStation.Runs.Channels;

/// <summary>Remembers the unit that was judged last in a slot, so that it is not taken for a new one.</summary>
/// <remarks>Two empty looks mean that it was taken out. A unit that passed is known even then: put in again it is not converted again. Any other
/// unit taken out and put in again is retested. A short always starts a run, so that it is named, recorded and latched.</remarks>
internal sealed class StandingVerdict
{
    private const int LooksThatMean = 2;

    private Verdict _verdict;
    private uint? _flashId;
    private IReadOnlySet<string>? _rfHashes;
    private int _emptyLooks;
    private int _unreadableLooks;

    /// <summary>True where the judged unit is still in the slot, as far as looks can tell.</summary>
    public bool Stands => _rfHashes is not null && !IsRemoved;

    /// <summary>True once the slot was seen empty twice after a PASS.</summary>
    public bool IsRemoved { get; private set; }

    /// <summary>Looks that missed a unit's loader, so that its application was cut off while it booted.</summary>
    public int MissedBoots { get; private set; }

    /// <summary>The unit was let boot to its end.</summary>
    public void HasBooted() => MissedBoots = 0;

    /// <summary>A unit was judged.</summary>
    public void Set(Verdict verdict, string? flashId, IReadOnlySet<string> rfHashes)
    {
        _verdict = verdict;
        _flashId = flashId is null ? null : Convert.ToUInt32(flashId, 16);
        _rfHashes = rfHashes;
        (_emptyLooks, _unreadableLooks, MissedBoots, IsRemoved) = (0, 0, 0, false);
    }

    /// <summary>True where what was found is a unit that has no verdict yet.</summary>
    public bool IsNew(Presence found)
    {
        switch (found.Kind)
        {
            case PresenceKind.Shorted:
                return true;
            case PresenceKind.Empty when found.DrawsCurrent:
                MissedBoots++;
                return false;
            case PresenceKind.Empty:
                if (++_emptyLooks >= LooksThatMean)
                    Remove();
                return false;
            case PresenceKind.Unreadable:
                // A finished unit may fail one look; what fails two in a row is another one, or needs a person all the same.
                return !Stands || (_rfHashes!.Count > 0 && ++_unreadableLooks >= LooksThatMean);
            default:
                (_emptyLooks, _unreadableLooks) = (0, 0);
                bool same = IsSame(found);
                IsRemoved &= !same;
                return !same;
        }
    }

    private void Remove()
    {
        if (_verdict == Verdict.Pass && _rfHashes is not null)
            IsRemoved = true;
        else
            _rfHashes = null;
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
