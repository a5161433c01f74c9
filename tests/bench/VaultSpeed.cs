using System.Globalization;
using ProvisionStation.Records.Vault;

namespace ProvisionStation.Speed;

/// <summary>What backups of one product cost: room, time of a store, of a read and of a check. Aim: 1,000 units under 0.2 GB.</summary>
internal static class VaultSpeed
{
    private const int Sector = 4096;
    private const int RfSector = 0x1D0000;

    /// <summary>Non-blank sectors in which two units with the same firmware differ: 9 to 33 of 512 were seen in five pairs of dumps of real units.
    /// This is the worst of them.</summary>
    private const int OwnSectors = 33;

    /// <summary>Stores backups of one dump whose RF sector and last 128 KiB, where the vendor's store lies, are each unit's own.</summary>
    /// <param name="args">A dump such as the simulator's <c>vendor</c> verb writes, and optionally how many units.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        byte[] dump = await File.ReadAllBytesAsync(args[0]);
        int units = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1000;
        FillApplication(dump);
        string data = Directory.CreateTempSubdirectory("provision-vault-").FullName;
        try
        {
            BackupVault vault = BackupVault.Open(data);
            double[] store = new double[units];
            string last = "";
            TimeProvider clock = TimeProvider.System;
            TimeSpan cpu = Environment.CpuUsage.TotalTime;
            for (int unit = 0; unit < units; unit++)
            {
                MakeUnit(dump, unit);
                long from = clock.GetTimestamp();
                last = await vault.StoreAsync(dump, CancellationToken.None);
                store[unit] = clock.GetElapsedTime(from).TotalMilliseconds;
            }

            cpu = Environment.CpuUsage.TotalTime - cpu;
            long read = clock.GetTimestamp();
            await vault.ReadAsync(last, CancellationToken.None);
            double readMilliseconds = clock.GetElapsedTime(read).TotalMilliseconds;
            long verify = clock.GetTimestamp();
            VaultCheck check = await BackupVault.OpenForReading(data).VerifyAsync(CancellationToken.None);
            double verifyMilliseconds = clock.GetElapsedTime(verify).TotalMilliseconds / units;
            File.Delete(Path.Combine(data, "vault", "index.db"));
            long open = clock.GetTimestamp();
            BackupVault.Open(data);
            double rebuildSeconds = clock.GetElapsedTime(open).TotalSeconds;
            VaultStats stats = await vault.StatsAsync(CancellationToken.None);
            double first = store[0];
            Array.Sort(store);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{units} units of one product, {stats.Bytes / 1e9:0.00} GB: {stats.StoredBytes / 1e9:0.000} GB on the disk (aim 0.2 for 1,000), {stats.Ratio:0.0} to 1, {stats.Packs} packs"));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"store: first {first:0.0} ms, median {store[units / 2]:0.0}, p99 {store[units * 99 / 100]:0.0}, worst {store[^1]:0.0}; {cpu.TotalMilliseconds / units:0.0} ms of CPU each, with making the unit"));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"read: {readMilliseconds:0.0} ms; verify: {verifyMilliseconds:0.0} ms each; index made anew: {rebuildSeconds:0.00} s"));
            return check.Files == units && check.Damaged.Count == 0 ? 0 : 3;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    /// <summary>A product's application is encrypted and does not shrink; the simulator leaves much of that region blank.</summary>
    private static void FillApplication(byte[] dump)
    {
        Fill(dump.AsSpan(0x11000, 0x110000), seed: 4711);
    }

    private static void MakeUnit(byte[] dump, int unit)
    {
        Fill(dump.AsSpan(RfSector, Sector), unit * OwnSectors);
        for (int i = 1; i < OwnSectors; i++)
            Fill(dump.AsSpan(dump.Length - (i * Sector), Sector), (unit * OwnSectors) + i);
    }

    private static void Fill(Span<byte> place, int seed)
    {
#pragma warning disable CA5394 // A pattern, not a secret.
        new Random(seed).NextBytes(place);
#pragma warning restore CA5394
    }
}
