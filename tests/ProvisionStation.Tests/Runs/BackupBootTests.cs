using System.Text;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Runs.Steps;

namespace ProvisionStation.Tests.Runs;

/// <summary>What "it lives" means for a firmware that says nowhere that its boot is complete.</summary>
public sealed class BackupBootTests
{
    private const string Loader = "V:BK7231N_1.0.1\r\nREG:cpsr     spsr     r13      r14\r\nSVC:000000D3          00401C1C 00000410\r\nST:00000000\r\nJ 0x10000\r\n";
    private const string Vendor = "[01-01 18:12:15 TUYA Notice][lr:0x9c1d5] mf_init succ\r\n";

    [Theory]
    [InlineData(40.0, "", true)]
    [InlineData(39.9, "", false)]
    [InlineData(39.9, Loader, false)]
    [InlineData(39.9, Loader + Vendor, null)]
    [InlineData(68.0, Loader, true)]
    [InlineData(1.0, "", false)]
    [InlineData(null, Loader + Vendor, true)]
    [InlineData(null, Loader, null)]
    [InlineData(null, "", null)]
    public void Current_decides_and_a_log_alone_proves_life_but_never_death(double? mean, string log, bool? lives) =>
        Assert.Equal(lives, BackupBoot.Of(Fed(log), Mean(mean), 40).Lives);

    [Fact]
    public void A_slot_with_neither_cannot_tell() => Assert.Null(BackupBoot.Of(null, null, 40).Lives);

    [Fact]
    public void A_unit_that_starts_again_and_again_does_not_live_whatever_it_draws()
    {
        Assert.False(BackupBoot.Of(Fed(Loader + Vendor + Loader + Vendor + Loader), Mean(70), 40).Lives);
        Assert.True(BackupBoot.Of(Fed(Loader + Vendor + Loader + Vendor), Mean(70), 40).Lives);
    }

    [Fact]
    public void The_loaders_line_is_told_from_what_an_application_says()
    {
        BackupBoot boot = BackupBoot.Of(Fed(Loader + Vendor), null, 40);
        Assert.Equal("V:BK7231N_1.0.1", boot.LoaderLine);
        Assert.Equal(Vendor.TrimEnd().Length, boot.ApplicationText);
        Assert.Equal(0, BackupBoot.Of(Fed(Loader), null, 40).ApplicationText);
    }

    [Fact]
    public void Seeded_garbage_is_no_loader_line_and_no_life()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            byte[] noise = new byte[400];
            new Random(seed).NextBytes(noise);
            for (int i = 0; i < noise.Length; i++)
                noise[i] |= (byte)(i % 5 == 0 ? 0 : 0x80);
            ObkBootLog log = new();
            log.Feed(noise);
            BackupBoot boot = BackupBoot.Of(log, Mean(15), 40);
            Assert.True(boot.LoaderLine is null && boot.Lives == false, $"seed {seed}: {boot.Text}");
        }
    }

    private static ObkBootLog Fed(string text)
    {
        ObkBootLog log = new();
        log.Feed(Encoding.ASCII.GetBytes(text));
        return log;
    }

    private static CurrentMean? Mean(double? milliamperes) => milliamperes is { } value ? new CurrentMean(value, 10, TimeSpan.FromSeconds(1)) : null;
}
