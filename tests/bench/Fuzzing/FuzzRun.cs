using System.Collections.Concurrent;
using System.Globalization;

namespace ProvisionStation.Speed.Fuzzing;

/// <summary>The verb <c>fuzz</c>: many cases, on all cores, with a watch on those that hang.</summary>
internal sealed class FuzzRun(FuzzCases cases, int seed)
{
    private const int MostShown = 20;
    private const int SlowRepeats = 2;
    private readonly ConcurrentDictionary<int, long> _running = [];
    private readonly ConcurrentQueue<string> _faults = [];
    private readonly ConcurrentDictionary<(string Kind, bool Refused), int> _counts = [];
    private int _done;

    /// <summary>Reads <c>fuzz [--count N] [--seed S] [--case N]</c> and does it.</summary>
    /// <returns>0 where every case ended in a result or a named refusal, 1 otherwise.</returns>
    public static int Start(string[] arguments)
    {
        int Value(string name, int otherwise) => Array.IndexOf(arguments, name) is >= 0 and var at && at + 1 < arguments.Length
            ? int.Parse(arguments[at + 1], CultureInfo.InvariantCulture)
            : otherwise;
        int seed = Value("--seed", Random.Shared.Next(1_000_000));
        int only = Value("--case", -1);
        FuzzRun run = new(new FuzzCases(Vectors()), seed);
        return only >= 0 ? run.All(only, 1) : run.All(0, Value("--count", 100_000));
    }

    private int All(int first, int count)
    {
        TimeProvider clock = TimeProvider.System;
        long start = clock.GetTimestamp();
        Console.Error.WriteLine($"fuzz: {count} cases, seed {seed}");
        using (clock.CreateTimer(_ => Watch(clock), null, FuzzCases.Limit, FuzzCases.Limit / 4))
            Parallel.For(first, first + count, number => One(number, clock));
        foreach (string kind in FuzzCases.Kinds)
        {
            (int results, int refusals) = (_counts.GetValueOrDefault((kind, false)), _counts.GetValueOrDefault((kind, true)));
            Console.WriteLine($"{kind,-9} {results + refusals,7} cases: {results,7} results, {refusals,7} refusals");
        }

        Console.WriteLine($"{_done} cases, seed {seed}, {clock.GetElapsedTime(start).TotalSeconds:F0} s, {_faults.Count} wrong");
        foreach (string fault in _faults.Take(MostShown))
            Console.WriteLine(fault);
        return _faults.IsEmpty ? 0 : 1;
    }

    private void One(int number, TimeProvider clock)
    {
        (FuzzOutcome outcome, TimeSpan took) = Timed(number, clock);
        // A computer with other work to do makes any case slow once; a slow case is slow each time.
        for (int again = 0; again < SlowRepeats && took > FuzzCases.Limit; again++)
            (outcome, took) = Timed(number, clock);
        if (took > FuzzCases.Limit)
            outcome = FuzzOutcome.Fault($"it took {took.TotalSeconds:F1} s, {SlowRepeats + 1} times");
        if (outcome.Wrong is { } wrong)
            _faults.Enqueue($"{FuzzCases.KindOf(number)}, --seed {seed} --case {number}: {wrong}");
        _counts.AddOrUpdate((FuzzCases.KindOf(number), outcome.Refused), 1, (_, count) => count + 1);
        if (Interlocked.Increment(ref _done) % 10_000 == 0)
            Console.Error.WriteLine($"fuzz: {_done} done, {_faults.Count} wrong");
    }

    private (FuzzOutcome Outcome, TimeSpan Took) Timed(int number, TimeProvider clock)
    {
        long start = clock.GetTimestamp();
        _running[number] = start;
        FuzzOutcome outcome = cases.Run(seed, number);
        _running.TryRemove(number, out _);
        return (outcome, clock.GetElapsedTime(start));
    }

    /// <summary>A case that never ends cannot be stopped from outside; the program says which it is and ends.</summary>
    private void Watch(TimeProvider clock)
    {
        foreach ((int number, long start) in _running)
        {
            if (clock.GetElapsedTime(start) <= 5 * FuzzCases.Limit)
                continue;
            Console.WriteLine($"{FuzzCases.KindOf(number)}, --seed {seed} --case {number}: hangs");
            Environment.Exit(1);
        }
    }

    private static string Vectors()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string vectors = Path.Combine(folder.FullName, "tests", "vectors");
            if (Directory.Exists(vectors))
                return vectors;
        }

        throw new DirectoryNotFoundException("tests/vectors is not above this program");
    }
}
