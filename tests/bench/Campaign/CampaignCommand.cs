namespace ProvisionStation.Speed.Campaign;

/// <summary>The verb <c>campaign</c>: slices of a long test of the whole station against the simulator. Nothing in it looks inside the station.</summary>
internal static class CampaignCommand
{
    private const int FaultBatch = 64;
    private const int KillBatch = 20;
    private const int CutBatch = 25;

    /// <summary>Reads <c>campaign faults|kills|cuts|io …</c> or <c>campaign report LOG</c> and does it.</summary>
    /// <returns>0 where no promise was broken, 1 where one was, 2 for wrong use.</returns>
    public static async Task<int> StartAsync(string[] arguments)
    {
        try
        {
            return arguments switch
            {
                ["report", { } file] => CampaignLog.Report(file),
                ["faults" or "kills" or "cuts" or "io", ..] => await SliceAsync(CampaignOptions.Parse(arguments[0], arguments[1..])),
                _ => throw new FormatException("campaign faults|kills|cuts|io [--seed S] [--from N] [--count K] [--log FILE], or campaign report LOG"),
            };
        }
        catch (Exception e) when (e is FormatException or FileNotFoundException)
        {
            Console.Error.WriteLine(e.Message);
            return 2;
        }
    }

    private static async Task<int> SliceAsync(CampaignOptions options)
    {
        string folder = Directory.CreateTempSubdirectory("campaign-").FullName;
        CampaignLog log = new(options);
        try
        {
            CampaignImage image = await CampaignImage.MakeAsync(folder);
            int batch = options.Part switch { "faults" => FaultBatch, "kills" => KillBatch, "cuts" => CutBatch, _ => FaultSlice.Slots };
            ParallelOptions workers = new() { MaxDegreeOfParallelism = options.Workers };
            await Parallel.ForEachAsync(
                Enumerable.Range(options.From, options.Count).Chunk(batch), workers, (cases, _) => OneAsync(options, log, image, folder, cases));
        }
        finally
        {
            log.Write();
            if (log.IsClean || !options.KeepsFolders)
                Directory.Delete(folder, true);
            else
                Console.Error.WriteLine($"kept: {folder}");
        }

        return log.IsClean ? 0 : 1;
    }

    private static async ValueTask OneAsync(CampaignOptions options, CampaignLog log, CampaignImage image, string folder, int[] cases)
    {
        string own = Path.Combine(folder, $"{cases[0]}");
        await using Witness witness = await Witness.StartAsync(FaultSlice.Slots, own, image);
        string data = Path.Combine(own, "data");
        Task slice = options.Part switch
        {
            "faults" => new FaultSlice(options, log, image, witness, data).WorkAsync(cases),
            "kills" => new KillSlice(options, log, image, witness, data).WorkAsync(cases),
            "cuts" => new CutSlice(options, log, witness, own).WorkAsync(cases),
            _ => new IoSlice(options, log, image, witness, own).WorkAsync(cases),
        };
        try
        {
            await slice;
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or OperationCanceledException or IOException)
        {
            // The case stays undone, and the slice is not clean: a hole must not look like a success.
            log.Fail(cases[0], $"the cases from here to {cases[^1]} could not be finished: {e.GetType().Name}: {e.Message}");
        }

        log.Count("processor ms of the simulator", (int)witness.ProcessorTime.TotalMilliseconds);
        if (!options.KeepsFolders)
            Directory.Delete(own, true);
    }
}
