using System.Globalization;
using System.Text.RegularExpressions;

namespace ProvisionStation.Live;

/// <summary>The questions that wait for a person, and which of them a typed line answers. Every slot has at most one; they are shown as one
/// prompt and answered by the slot's number, so that nobody has to know which slot asked first.</summary>
/// <remarks>Enter alone answers only where no second slot has ever asked: a key pressed twice must not answer for the next slot.</remarks>
internal sealed partial class OpenQuestions
{
    private const string ThenEnter = ", then press Enter";
    private readonly Lock _gate = new();
    private readonly List<(int? Slot, string What, TaskCompletionSource Answered)> _open = [];
    private readonly HashSet<int> _slots = [];
    private Exception? _closed;

    /// <summary>What to show; null where nothing is asked.</summary>
    public string? Prompt
    {
        get
        {
            lock (_gate)
            {
                if (_open.Count == 0)
                    return null;
                string what = string.Join(
                    "; ", _open.GroupBy(one => one.What).Select(same => Of(same.Key, [.. same.Select(one => one.Slot)])));
                return $"{what}. {How()}";
            }
        }
    }

    /// <summary>Waits until the question is answered.</summary>
    /// <param name="question">For one slot: <c>Slot N: what to do, then press Enter</c>.</param>
    /// <param name="cancel">Takes the question back.</param>
    public async Task AskAsync(string question, CancellationToken cancel)
    {
        TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Match slot = SlotQuestion().Match(question);
        int? number = slot.Success ? int.Parse(slot.Groups[1].Value, CultureInfo.InvariantCulture) : null;
        string what = (slot.Success ? slot.Groups[2].Value : question).Replace(ThenEnter, "", StringComparison.Ordinal);
        lock (_gate)
        {
            if (_closed is not null)
                throw _closed;
            if (number is { } known)
                _slots.Add(known);
            _open.Add((number, what, answered));
        }

        try
        {
            await answered.Task.WaitAsync(cancel);
        }
        finally
        {
            lock (_gate)
                _open.RemoveAll(one => one.Answered == answered);
        }
    }

    /// <summary>Takes a typed line.</summary>
    /// <returns>Null where it answered a question; otherwise what is wrong with it.</returns>
    public string? Answer(string line)
    {
        lock (_gate)
        {
            string text = line.Trim();
            int found = text.Length == 0 && (_slots.Count <= 1 || _open.Any(one => one.Slot is null))
                ? _open.FindIndex(one => _slots.Count <= 1 || one.Slot is null)
                : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int slot)
                    ? _open.FindIndex(one => one.Slot == slot)
                    : -1;
            if (found < 0)
                return _open.Count == 0 ? "nothing is asked" : $"'{text}' answers nothing. {How()}";
            _open[found].Answered.TrySetResult();
            _open.RemoveAt(found);
            return null;
        }
    }

    /// <summary>Nobody can answer any more.</summary>
    public void Close(Exception why)
    {
        lock (_gate)
        {
            _closed = why;
            foreach ((_, _, TaskCompletionSource answered) in _open)
                answered.TrySetException(why);
        }
    }

    private string How() => _slots.Count > 1 ? "Type the slot's number and press Enter" : "Press Enter";

    private static string Of(string what, int?[] slots)
    {
        string numbers = string.Join(", ", slots.Where(slot => slot is not null).Order());
        return numbers.Length == 0 ? what : $"{(slots.Length == 1 ? "Slot" : "Slots")} {numbers}: {what}";
    }

    [GeneratedRegex("^Slot ([0-9]{1,4}): (.*)$", RegexOptions.Singleline)]
    private static partial Regex SlotQuestion();
}
