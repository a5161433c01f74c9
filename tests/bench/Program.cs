using System.Diagnostics;
using ProvisionStation.Beken.Flash;
using ProvisionStation.Beken.Images;
using ProvisionStation.Bench.Jigs;
using ProvisionStation.Runs.Recipes;
using ProvisionStation.Speed;
using ProvisionStation.Speed.Fuzzing;

// Speed as ratios to floors that no tool can beat, on the simulator this program starts itself. Never on hardware: it writes without a vault.
//   dotnet run --project tests/bench -c Release -- [--quick] [--slots 16]
// Hostile stores, configurations, images and templates; each must end in a result or a named refusal.
//   dotnet run --project tests/bench -c Release -- fuzz [--count 100000] [--seed S] [--case N]
if (args is ["fuzz", ..])
    return FuzzRun.Start(args);
// Time and memory of reading the pin map out of a dump, such as the simulator's 'vendor' verb writes.
//   dotnet run --project tests/bench -c Release -- extract FILE
if (args is ["extract", { } dump])
    return ExtractSpeed.Run(dump);

// The journal and the ledger with many runs in them: start, commit of a closed run on the disk of the temporary folder, look-ups.
//   dotnet run --project tests/bench -c Release -- records [--runs 1000000]
if (args is ["records", ..])
    return await RecordsSpeed.RunAsync(args);

bool quick = args.Contains("--quick");
int slots = args.Contains("--slots") ? int.Parse(args[Array.IndexOf(args, "--slots") + 1], System.Globalization.CultureInfo.InvariantCulture) : 16;

await using VirtualUnits units = await VirtualUnits.StartAsync(slots);
FirmwareImage image = FirmwareImage.Load(units.Image);
FlashRange read = FlashRange.FromTo(0, quick ? 0x40000u : 0x200000u);
FlashRange write = quick ? new FlashRange(image.WriteRange.Start, 32 * FlashAddress.SectorBytes) : image.WriteRange;
UnitJob job = new(RecipeFile.Load(units.Recipe), read, write, image.WriteContent[..(int)write.LengthBytes]);
SpeedReport report = new(Console.Out, job);
report.Head(quick);

await using JigBench bench = await JigBench.OpenAsync(JigFile.Load(units.Jig), (_, _) => Task.CompletedTask, TimeProvider.System, CancellationToken.None);

// Once through everything, so that the first measurement does not pay for the compiler.
await units.FillAsync(1);
await job.Start(sectors: 4).RunAsync(bench.Slot(1));

await units.FillAsync(1);
report.Unit("one slot alone", [await job.RunAsync(bench.Slot(1))]);

await units.FillAsync(slots);
using Process self = Process.GetCurrentProcess();
TimeSpan before = self.TotalProcessorTime;
UnitTimes[] all = await Task.WhenAll(Enumerable.Range(1, slots).Select(slot => Task.Run(() => job.RunAsync(bench.Slot(slot)))));
self.Refresh();
report.Unit($"{slots} slots at once", all);
report.Cost(slots, self.TotalProcessorTime - before, self.PeakWorkingSet64);
return 0;
