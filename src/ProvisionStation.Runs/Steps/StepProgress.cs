namespace ProvisionStation.Runs.Steps;

/// <summary>How far a step is.</summary>
/// <param name="Step">The step's name.</param>
/// <param name="DoneBytes">Bytes done; 0 where the step does not count bytes.</param>
/// <param name="TotalBytes">Bytes in all; 0 where the step does not count bytes.</param>
public readonly record struct StepProgress(string Step, long DoneBytes, long TotalBytes);
