using ProvisionStation.Beken.Flash;

namespace ProvisionStation.Beken.BootLoader;

/// <summary>Tells the size of a flash that has no readable id: beyond its end a serial NOR begins again at address 0.</summary>
/// <remarks>Source: bk7231tools and BK7231GUIFlashTool compare one page at 0x11000. That finds a false size where both pages are
/// blank, so blank pages are left out here, pages inside the loader are compared too, and all must agree.</remarks>
internal static class WrapProbe
{
    private static readonly uint[] Pages = [0x0, 0x2000, 0x11000];
    private static readonly uint[] Sizes = [0x100000, 0x200000, 0x400000, 0x800000, 0x1000000];
    private static readonly uint BlankCrc = Crc32.Of(Enumerable.Repeat((byte)0xFF, (int)FlashAddress.SectorBytes).ToArray());
    private static readonly uint ZeroCrc = Crc32.Of(new byte[FlashAddress.SectorBytes]);

    /// <param name="sectorCrc">The chip's standard CRC-32 over the sector at an address; null where it does not answer.</param>
    /// <returns>The size in bytes; 0 where it cannot be told.</returns>
    public static async Task<uint> SizeAsync(Func<uint, Task<uint?>> sectorCrc)
    {
        var marks = new List<(uint Address, uint Crc)>();
        foreach (uint page in Pages)
        {
            if (await sectorCrc(page) is { } crc && crc != BlankCrc && crc != ZeroCrc)
                marks.Add((page, crc));
        }

        foreach (uint size in marks.Count > 0 ? Sizes : [])
        {
            if (await AllAsync(marks, mark => RepeatsAsync(mark, size)))
                return size;
        }

        return 0;

        async Task<bool> RepeatsAsync((uint Address, uint Crc) mark, uint size) => await sectorCrc(mark.Address + size) == mark.Crc;
    }

    private static async Task<bool> AllAsync<T>(List<T> items, Func<T, Task<bool>> holds)
    {
        foreach (T item in items)
        {
            if (!await holds(item))
                return false;
        }

        return true;
    }
}
