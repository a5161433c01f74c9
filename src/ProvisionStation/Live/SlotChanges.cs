using System.Text;
using ProvisionStation.Runs.Channels;

namespace ProvisionStation.Live;

/// <summary>What people without live lines must hear of slots beside the runs: that work can begin, and when a slot becomes empty or
/// silent. A fault and its end are told by the station when they happen.</summary>
/// <param name="until">When the work ends, for example <c>ends after 120 s without work</c>.</param>
internal sealed class SlotChanges(string until)
{
    /// <summary>A slot that takes longer to open is not waited for.</summary>
    private static readonly TimeSpan OpeningPatience = TimeSpan.FromSeconds(10);

    private readonly Dictionary<int, SlotStatus> _before = [];
    private DateTimeOffset? _firstSeenAt;
    private bool _hasBegun;

    /// <summary>Looks at the slots, and says in lines what is new.</summary>
    public IReadOnlyList<string> Look(IReadOnlyList<SlotStatus> slots, DateTimeOffset now)
    {
        if (slots.Count == 0)
            return [];
        List<string> lines = [];
        _firstSeenAt ??= now;
        if (!_hasBegun && (slots.All(slot => slot.Phase != SlotPhase.Opening) || now - _firstSeenAt >= OpeningPatience))
        {
            _hasBegun = true;
            lines.Add(Beginning(slots));
        }

        foreach (SlotStatus slot in slots)
        {
            if (_before.TryGetValue(slot.Slot, out SlotStatus? before) && Change(before, slot) is { } line)
                lines.Add($"slot {slot.Slot}: {line}");
            _before[slot.Slot] = slot;
        }

        return lines;
    }

    private string Beginning(IReadOnlyList<SlotStatus> slots)
    {
        int open = slots.Count(slot => slot.Phase is not (SlotPhase.Opening or SlotPhase.Fault));
        string rest = open == slots.Count ? "" : $" of {slots.Count}";
        return $"{open}{rest} slots open, waiting for units; {until}, Ctrl-C stops";
    }

    private static string? Change(SlotStatus before, SlotStatus now) => (before.Phase, now.Phase) switch
    {
        (SlotPhase.Opening, SlotPhase.Done or SlotPhase.Silent) => now.Text,
        (SlotPhase.Opening, _) or (_, SlotPhase.Fault or SlotPhase.Working) => null,
        // A verdict is told by the run itself.
        (SlotPhase.Working, SlotPhase.Done or SlotPhase.Latched) => null,
        _ => WithoutNumbers(before.Text) == WithoutNumbers(now.Text) ? null : now.Text,
    };

    /// <summary>A current that wavers is no news.</summary>
    private static string WithoutNumbers(string text)
    {
        StringBuilder words = new(text.Length);
        foreach (char letter in text.Where(letter => !char.IsAsciiDigit(letter) && letter != '.'))
            words.Append(letter);
        return words.ToString();
    }
}
