using ProvisionStation.Beken.Flash;
using ProvisionStation.Beken.Tuya;

namespace ProvisionStation.Beken.Obk;

/// <summary>The configuration in a dump of a flash, where a chip keeps it.</summary>
/// <param name="Offset">Where it begins, in bytes from the start of the dump.</param>
/// <param name="Found">What the firmware would see.</param>
public sealed record ObkDump(int Offset, ObkDecoded Found)
{
    /// <summary>Two kinds of dump: from the start of the flash, and from behind the boot loader.</summary>
    private static readonly uint[] Starts = [0, FlashLayout.WriteFloor.Value];

    /// <summary>Finds it: the first that can be read, else the first that begins like one; null where there is none.</summary>
    /// <param name="dump">A whole flash, or its beginning.</param>
    /// <param name="chip">The chip, whose place alone is looked at; unknown: told by loader, radio sector, the names in it and the place.</param>
    public static ObkDump? Find(ReadOnlySpan<byte> dump, ChipModel chip = ChipModel.Unknown)
    {
        ObkDump? rejected = null;
        foreach (uint start in Starts)
        {
            ChipModel told = chip == ChipModel.Unknown ? TuyaPlace.ChipOf(dump, start, null, null, null) : chip;
            foreach (ChipModel model in chip == ChipModel.Unknown ? [told, ChipModel.BK7231N, ChipModel.BK7231T] : new[] { chip })
            {
                if (FlashLayout.Of(model)?.ConfigSector is not { } sector || sector.End.Value - start > dump.Length)
                    continue;
                int offset = (int)(sector.Start.Value - start);
                ReadOnlySpan<byte> bytes = dump.Slice(offset, (int)sector.LengthBytes);
                ObkDump found = new(offset, chip == ChipModel.Unknown ? Decode(bytes, told, model) : ObkConfigCodec.Decode(bytes, chip));
                if (found.Found.Config is not null)
                    return found;
                if (found.Found.Version is not null)
                    rejected ??= found;
            }
        }

        return rejected;
    }

    /// <summary>The names the firmware gave tell the chip best, but an M calls itself an N; where a person changed them, loader and radio sector tell,
    /// else the place: 0x1D1000 is an N's, and of those that keep it at 0x1E1000 the T is the one that is converted.</summary>
    private static ObkDecoded Decode(ReadOnlySpan<byte> sector, ChipModel told, ChipModel place)
    {
        ObkDecoded byName = ObkConfigCodec.Decode(sector);
        if (byName.Config is not { } config || config.Layout != ObkLayout.Slots32)
            return byName;
        bool isNameless = config.Chip == ChipModel.Unknown || (config.Chip == ChipModel.BK7231N && told == ChipModel.BK7231M);
        return isNameless ? ObkConfigCodec.Decode(sector, FlashLayout.Of(told) == FlashLayout.Of(place) ? told : place) : byName;
    }
}
