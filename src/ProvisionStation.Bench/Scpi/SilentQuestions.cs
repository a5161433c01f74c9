namespace ProvisionStation.Bench.Scpi;

/// <summary>Questions that got no answer lately. Each is left alone for a while, so that a dead channel does not take the others' turn
/// again and again.</summary>
/// <remarks>Left alone for 0.2 s at first, so that one lost answer is made good within the second that a slot may be unwatched; four times
/// as long after every further silence, 5 s at most. Used by whoever has the turn.</remarks>
internal sealed class SilentQuestions(TimeProvider clock)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, (long Since, TimeSpan Pause)> _silent = [];

    /// <summary>True while a question is not to be asked again.</summary>
    public bool IsLeftAlone(string question) =>
        _silent.TryGetValue(question, out (long Since, TimeSpan Pause) one) && clock.GetElapsedTime(one.Since) < one.Pause;

    /// <summary>It was asked, and nothing came.</summary>
    public void Add(string question)
    {
        TimeSpan pause = _silent.TryGetValue(question, out (long Since, TimeSpan Pause) before) ? before.Pause * 4 : First;
        _silent[question] = (clock.GetTimestamp(), pause < Longest ? pause : Longest);
    }

    /// <summary>It was answered.</summary>
    public void Remove(string question) => _silent.Remove(question);
}
