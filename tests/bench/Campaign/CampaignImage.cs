using System.Diagnostics;

namespace ProvisionStation.Speed.Campaign;

/// <summary>The image every unit of the campaign is to hold, and where things lie in a BK7231N's flash.</summary>
/// <param name="File">The QIO file.</param>
/// <param name="Content">Its bytes, from address 0.</param>
internal sealed record CampaignImage(string File, byte[] Content)
{
    public const int SectorBytes = 0x1000;

    /// <summary>Law 3: nothing below is ever written.</summary>
    public const int FirstWritable = 0x11000;

    /// <summary>The unit's own radio calibration. Source: beken-uart-protocol, section 7.1.</summary>
    public const int RfSector = 0x1D0000;

    /// <summary>OpenBeken's configuration on BK7231N, behind the RF sector. Source: openbeken-config, section 2.</summary>
    public const int ConfigSector = 0x1D1000;

    /// <summary>Where the image's range ends, whole sectors.</summary>
    public int End => (Content.Length + SectorBytes - 1) / SectorBytes * SectorBytes;

    /// <summary>Has the simulator make it.</summary>
    public static async Task<CampaignImage> MakeAsync(string folder)
    {
        string file = Path.Combine(folder, "image.bin");
        using Process maker = Programs.Start(Programs.Simulator, ["image", "--chip", "n", "--version", "1.18.299", "--out", file]);
        string said = await maker.StandardError.ReadToEndAsync();
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60), TimeProvider.System);
        await maker.WaitForExitAsync(limit.Token);
        return maker.ExitCode == 0
            ? new CampaignImage(file, await System.IO.File.ReadAllBytesAsync(file, limit.Token))
            : throw new InvalidOperationException($"the simulator makes no image: {said}");
    }

    /// <summary>True where a flash holds the image over its whole writable range.</summary>
    public bool IsIn(ReadOnlySpan<byte> flash)
    {
        ReadOnlySpan<byte> rest = flash[Content.Length..End];
        return flash[FirstWritable..Content.Length].SequenceEqual(Content.AsSpan(FirstWritable)) && rest.IndexOfAnyExcept((byte)0xFF) < 0;
    }
}
