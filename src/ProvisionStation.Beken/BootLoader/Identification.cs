using System.Buffers.Binary;
using System.Text;
using ProvisionStation.Beken.Flash;

namespace ProvisionStation.Beken.BootLoader;

/// <summary>Finds out what a linked unit is, by how it behaves. What would condemn a unit is read until two readings agree.</summary>
internal sealed class Identification(LoaderWire wire, TimeProvider clock)
{
    private const uint ChipIdRegister = 0x00800000;
    private const uint NewerChipIdRegister = 0x44010004;
    private const int Tries = 3;
    private const int AgreeingTries = 6;

    /// <summary>What can be told at any rate without knowing more: loader, generation, chip id.</summary>
    public async Task<(LoaderGeneration Generation, uint LoaderCrc, uint? ChipId)> ReadGenerationAsync(CancellationToken cancel)
    {
        // (0, 0x100) exactly: the table of known loaders was made that way, which is 256 bytes on BASIC and 257 on FULL.
        uint loaderCrc = await AgreeAsync(() => CrcAsync(0, 0x100, 0x100, cancel)) ?? throw LinkFaults.Lost(wire, "does not count a CRC");
        KnownLoader? loader = KnownLoaders.Find(loaderCrc);
        // A BASIC loader ignores a register read. Silence is only believed at once where the loader is known to be BASIC.
        int tries = loader?.Generation == LoaderGeneration.Basic ? 1 : Tries;
        Response? answer = await wire.AskAgainAsync(Commands.ReadRegister(ChipIdRegister), TimeSpan.Zero, tries, cancel);
        LoaderGeneration generation = answer is null ? LoaderGeneration.Basic : LoaderGeneration.Full;
        if (loader is not null && loader.Generation != generation)
            throw LinkFaults.Lost(wire, $"contradicts itself: its loader is {loader.Name}, its commands are not");
        if (generation == LoaderGeneration.Full)
            return (generation, loaderCrc, await ReadChipIdAsync(cancel));
        if (loader is null && !await CountsLikeBasicAsync(cancel))
            throw LinkFaults.Lost(wire, "contradicts itself: it has no registers, but counts a CRC like one that has");
        await ArmAsync(cancel);
        return (generation, loaderCrc, null);
    }

    /// <summary>Silence alone is a weak proof: a BASIC loader leaves the 257th byte of a CRC out. Source: bk7231tools guesses the same way.</summary>
    private async Task<bool> CountsLikeBasicAsync(CancellationToken cancel)
    {
        uint start = FlashLayout.WriteFloor.Value;
        for (int attempt = 0; attempt < Tries; attempt++)
        {
            Response? page = await wire.AskAgainAsync(Commands.ReadSector(start), TimeSpan.Zero, Tries, cancel);
            uint? crc = await CrcAsync(start, start + 0x100, 0x100, cancel);
            if (page is { Status: 0 } && crc is not null && Crc32.Of(page.Payload.AsSpan(4, 0x100)) == crc)
                return true;
        }

        return false;
    }

    /// <summary>The rest, for a FULL loader.</summary>
    public async Task<ChipIdentity> ReadFullAsync(uint loaderCrc, uint? chipId, CancellationToken cancel)
    {
        (byte[]? key, KeyClass keyClass) = chipId is 0x0007231C or 0x00007238 or 0x0007252A
            ? await new EFuse(wire).ReadKeyAsync(cancel)
            : (null, KeyClass.NotReadable);
        uint? flashId = await AgreeAsync(() => ReadFlashIdAsync(cancel));
        FlashChip? chip = flashId is { } id ? FlashChips.Find(id) : null;
        ushort? status = await new FlashProtection(wire, clock).ReadAsync(chip ?? FlashChips.Unlisted(flashId ?? 0), cancel);
        uint size = chip?.SizeBytes ?? FlashChips.SizeById(flashId ?? 0);
        return new ChipIdentity(
            KnownLoaders.ByChipId(chipId ?? 0, keyClass), LoaderGeneration.Full, chipId, loaderCrc, KnownLoaders.Find(loaderCrc)?.Name,
            flashId, chip, size > 0 ? size : await ProbeAsync(cancel), key, keyClass, status);
    }

    /// <summary>The rest, for a BASIC loader: version string and wrap probe.</summary>
    public async Task<ChipIdentity> ReadBasicAsync(uint loaderCrc, CancellationToken cancel)
    {
        KnownLoader? loader = KnownLoaders.Find(loaderCrc);
        string? version = loader is null or { Model: ChipModel.BK7231T } ? await ReadVersionAsync(cancel) : null;
        uint size = await ProbeAsync(cancel);
        return new ChipIdentity(
            loader?.Model ?? KnownLoaders.ByVersion(version), LoaderGeneration.Basic, null, loaderCrc, version ?? loader?.Name,
            null, null, size, null, KeyClass.NotReadable, null);
    }

    /// <summary>The chip's own CRC, as the standard CRC-32; null without an answer.</summary>
    public async Task<uint?> CrcAsync(uint first, uint last, uint lengthBytes, CancellationToken cancel)
    {
        Response? answer = await wire.AskAgainAsync(Commands.CheckCrc(first, last), LoaderTiming.Crc(lengthBytes), Tries, cancel);
        return answer is null ? null : Crc32.FromChip(BinaryPrimitives.ReadUInt32LittleEndian(answer.Payload));
    }

    private async Task<uint> ProbeAsync(CancellationToken cancel)
    {
        uint size = await WrapProbe.SizeAsync(address => CrcAsync(address, address + FlashAddress.SectorBytes - 1, FlashAddress.SectorBytes, cancel));
        await ArmAsync(cancel);
        return size;
    }

    /// <summary>A BASIC loader protects the flash after each CRC; a link check lets the next erase lift that again. Harmless on FULL.</summary>
    private async Task ArmAsync(CancellationToken cancel)
    {
        if (!await wire.LinkCheckAsync(cancel))
            throw LinkFaults.Lost(wire, "is silent");
    }

    private async Task<uint?> ReadChipIdAsync(CancellationToken cancel)
    {
        uint? chipId = await AgreeAsync(() => RegisterAsync(ChipIdRegister, cancel));
        if (chipId is not null && KnownLoaders.ByChipId(chipId.Value, KeyClass.NotReadable) != ChipModel.Unknown)
            return chipId;
        // Newer parts keep it elsewhere, with a leading 01 that tools drop. Source: bk7231tools, BK7231GUIFlashTool.
        uint? newer = await AgreeAsync(() => RegisterAsync(NewerChipIdRegister, cancel)) & 0x00FFFFFF;
        return newer is not null && KnownLoaders.ByChipId(newer.Value, KeyClass.NotReadable) != ChipModel.Unknown ? newer : chipId;
    }

    private async Task<uint?> RegisterAsync(uint address, CancellationToken cancel)
    {
        Response? answer = await wire.AskAsync(Commands.ReadRegister(address), TimeSpan.Zero, cancel);
        return answer is null ? null : BinaryPrimitives.ReadUInt32LittleEndian(answer.Payload.AsSpan(4));
    }

    /// <summary>One reading of the JEDEC id; null for none and for one that no flash has.</summary>
    private async Task<uint?> ReadFlashIdAsync(CancellationToken cancel)
    {
        Response? answer = await wire.AskAsync(Commands.ReadFlashId, TimeSpan.Zero, cancel);
        if (answer is not { Status: 0 } || answer.Payload.Length < 3)
        {
            await wire.DrainAsync(cancel);
            return null;
        }

        byte[] bytes = answer.Payload;
        // Announced one short ("BootROM bug" in the tools): the last byte follows the frame, or the dummy byte before the id is left out.
        if (bytes.Length == 3 && await wire.NextByteAsync(LoaderTiming.Quiet, cancel) is { } last)
            bytes = [.. bytes, last];
        ReadOnlySpan<byte> id = bytes.Length == 3 ? bytes : bytes.AsSpan(1, 3);
        uint value = (uint)(id[0] | (id[1] << 8) | (id[2] << 16));
        if (value is not (0 or 0xFFFFFF))
            return value;
        await wire.DrainAsync(cancel); // seen behind a stray byte: bk7231tools issue 30
        return null;
    }

    private async Task<string?> ReadVersionAsync(CancellationToken cancel)
    {
        string? last = null;
        for (int attempt = 0; attempt < Tries; attempt++)
        {
            Response? answer = await wire.AskAsync(Commands.ReadBootVersion, TimeSpan.Zero, cancel);
            if (answer is null or { Payload: [0x07] })
                return last; // silence is how a loader without this command says so; 07 is the other way
            string text = Encoding.ASCII.GetString(answer.Payload).Trim('\0', ' ');
            if (text == last || text.Length == 0 || text.Any(char.IsControl))
                return text.Length == 0 || text.Any(char.IsControl) ? null : text;
            last = text;
        }

        return last;
    }

    private static async Task<uint?> AgreeAsync(Func<Task<uint?>> read)
    {
        uint? last = null;
        for (int attempt = 0; attempt < AgreeingTries; attempt++)
        {
            uint? now = await read();
            if (now is not null && now == last)
                return now;
            last = now ?? last;
        }

        return null;
    }
}
