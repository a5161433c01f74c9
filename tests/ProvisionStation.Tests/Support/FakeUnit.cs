using ProvisionStation.Beken.BootLoader;

namespace ProvisionStation.Tests.Support;

/// <summary>A fake unit with the product's own session on it.</summary>
internal sealed class FakeUnit : IAsyncDisposable
{
    public const int FlashBytes = 0x200000;

    public FakeUnit(bool isFull, int[]? rates = null, bool canRestart = true, byte[]? flash = null, Action<FakeLoader>? prepare = null)
    {
        Loader = new FakeLoader(Clock, isFull, flash ?? FlashOf(isFull));
        prepare?.Invoke(Loader);
        Session = new BootLoaderSession(
            () => Loader, canRestart ? Loader.RestartAsync : null, new SessionOptions(rates ?? [1500000, 921600, 460800, 115200]), Clock);
    }

    public LoaderClock Clock { get; } = new();

    public FakeLoader Loader { get; }

    public BootLoaderSession Session { get; }

    public byte[] Flash => Loader.Chip.Flash;

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Linked and identified.</summary>
    public static async Task<FakeUnit> ReadyAsync(bool isFull, Action<FakeLoader>? prepare = null)
    {
        var unit = new FakeUnit(isFull, prepare: prepare);
        Assert.Equal(LinkResult.Linked, await unit.Session.LinkAsync(TimeSpan.FromSeconds(1), Cancel));
        await unit.Session.IdentifyAsync(Cancel);
        return unit;
    }

    /// <summary>2 MiB: a loader that the tables know, an application, an RF sector, the rest blank.</summary>
    public static byte[] FlashOf(bool isFull)
    {
        byte[] flash = new byte[FlashBytes];
        flash.AsSpan().Fill(0xFF);
        // The last words give the first 256 or 257 bytes the CRC of a known loader (N 1.0.1, T 1.0.5).
        Convert.FromHexString(isFull ? "1A773650" : "7A60F918").CopyTo(flash, isFull ? 253 : 252);
        new Random(7).NextBytes(flash.AsSpan(0x2000, 0xF000));
        ImageBuilder.Application(0x4000, isFull ? "BK7231N" : "BK7231T").CopyTo(flash.AsSpan(0x11000));
        ImageBuilder.RfSector(isFull ? "381F8D112233" : "84E342112233").CopyTo(flash.AsSpan(isFull ? 0x1D0000 : 0x1E0000));
        return flash;
    }

    public ValueTask DisposeAsync() => Session.DisposeAsync();
}
