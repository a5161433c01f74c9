using ProvisionStation.Commands;
using ProvisionStation.Hosting;

using StopSignals signals = new();
return (int)await CommandLine.RunAsync(args, signals);
