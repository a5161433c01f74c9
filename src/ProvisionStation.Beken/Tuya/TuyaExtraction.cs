using ProvisionStation.Beken.Flash;

namespace ProvisionStation.Beken.Tuya;

/// <summary>Reads the vendor's store out of a dump and makes a pin map of it.</summary>
public static class TuyaExtraction
{
    private const string PinText = "user_param_key";
    private const int SchemaKeyLetters = 10;

    /// <summary>Everything a dump tells. Bytes that make no sense become warnings, never an exception.</summary>
    /// <param name="dump">A whole flash, or the part of one that holds the store. It need not begin at flash address 0.</param>
    public static TuyaFindings Extract(ReadOnlyMemory<byte> dump)
    {
        ReadOnlySpan<byte> bytes = dump.Span;
        TuyaStore? store = TuyaStore.Open(bytes);
        List<TuyaValue> values = store is null ? [] : TuyaValue.ReadAll(store);
        uint shift = TuyaPlace.ShiftOf(bytes, store);
        List<string> warnings = [.. Place(bytes, store, shift), .. store?.Damage(dump).ToList() ?? []];
        bool isTuyaMcu = Find(values, PinText) is null && values.Exists(value => value.Name is "baud_cfg" or "uart_adapt_params");

        (TuyaText? text, PinConfidence most) = ReadText(bytes, store, values, isTuyaMcu, shift, warnings);
        string? module = text?.Word("module");
        ChipModel chip = TuyaPlace.ChipOf(bytes, shift, store, Find(values, "em_sys_env")?.Text, module);
        TuyaMapping? map = text is null ? null : TuyaMapping.Of(text, chip, most);
        string? mac = TuyaPlace.RfAt(bytes, shift)?.Table.MacText;
        string[] keys = [.. values.Select(value => value.Name).Distinct().Order(StringComparer.Ordinal)];
        IReadOnlyList<TuyaPin> pins = map?.Pins ?? [];
        TuyaStartup? startup = map?.Startup;
        return new TuyaFindings(
            chip,
            shift,
            (uint?)store?.KeySectorOffset,
            mac,
            module,
            keys,
            text?.Fields ?? [],
            text?.Crc ?? TuyaCrc.Absent,
            isTuyaMcu,
            pins,
            map?.NotUnderstood ?? [],
            [.. keys.Where(IsSchemaKey)],
            [.. warnings, .. map?.Refusals ?? [], .. map?.Warnings ?? [], .. startup?.Doubts.Select(doubt => doubt.Why) ?? []],
            TuyaPersonal.Describe([.. store is null ? [] : TuyaPersonal.Secrets(bytes, store, values), .. TuyaObkSectors.Secrets(bytes)], mac))
        {
            Refusals = map?.Refusals ?? [],
            UnmappedPins = map?.UnmappedPins ?? [],
            RivalClaims = map?.Rivals ?? [],
            Startup = startup?.Commands ?? [],
            StartupDoubts = startup?.Doubts ?? [],
            UserParamKeyJson = text?.AsStored,
            VendorVersion = Find(values, "gw_di") is { } identity ? TuyaText.Read(identity.Bytes)?.Word("swv") : null,
        };
    }

    /// <summary>The pin text, and how sure a pin made of it can be at most.</summary>
    private static (TuyaText? Text, PinConfidence Most) ReadText(
        ReadOnlySpan<byte> dump, TuyaStore? store, List<TuyaValue> values, bool isTuyaMcu, uint shift, List<string> warnings)
    {
        if (Find(values, PinText) is not { } value)
            return isTuyaMcu ? (null, PinConfidence.Unknown) : OutsideStore(dump, store, shift, warnings);
        PinConfidence most = store!.KeySectorOffset is null || value.IsInDoubt ? PinConfidence.Likely : PinConfidence.Certain;
        if (!value.IsSound)
        {
            warnings.Add($"{PinText} is damaged: the checksum the store keeps of it is wrong");
            most = PinConfidence.Unknown;
        }

        if (values.Exists(other => other.Name == PinText && other.IsSound && !other.Bytes.AsSpan().SequenceEqual(value.Bytes)))
        {
            warnings.Add($"the store holds two sound but different values of {PinText}");
            most = PinConfidence.Unknown;
        }

        var text = TuyaText.Read(value.Bytes);
        if (text is null)
            warnings.Add($"{PinText} cannot be read: it is no object of keys and values");
        return (text, Judge(text, most, warnings));
    }

    private static (TuyaText? Text, PinConfidence Most) OutsideStore(ReadOnlySpan<byte> dump, TuyaStore? store, uint shift, List<string> warnings)
    {
        if (TuyaPlainText.Find(dump) is { } plain)
        {
            warnings.Add($"{PinText} was found as plain text, outside a store: nothing but its own checksum speaks for it");
            return (plain, Judge(plain, PinConfidence.Likely, warnings));
        }

        if (TuyaPlainText.IsInApplication(dump, shift))
            warnings.Add($"{PinText} is compiled into the vendor's application: it is not used");
        else if (store is not null)
            warnings.Add($"the store holds no {PinText}");
        return (null, PinConfidence.Unknown);
    }

    private static PinConfidence Judge(TuyaText? text, PinConfidence most, List<string> warnings)
    {
        switch (text?.Crc)
        {
            case TuyaCrc.Bad:
                warnings.Add($"{PinText} does not match its own checksum: it was changed or put together wrongly");
                return PinConfidence.Unknown;
            case TuyaCrc.Absent:
                warnings.Add($"{PinText} has no checksum of its own");
                return most < PinConfidence.Likely ? most : PinConfidence.Likely;
            default:
                return most;
        }
    }

    /// <summary>What is unusual about where the store lies, or why there is none.</summary>
    private static List<string> Place(ReadOnlySpan<byte> dump, TuyaStore? store, uint shift)
    {
        List<string> warnings = [];
        if (shift != 0)
            warnings.Add($"the dump was read from 0x{shift:X5} instead of 0: everything in it lies 0x{shift:X5} lower");
        if (store?.KeySectorOffset is { } key)
        {
            if (dump.Length >= TuyaPlace.WholeFlash && shift == 0 && key != TuyaPlace.KeySector)
                warnings.Add($"the key sector is at 0x{key:X6} and not at 0x{TuyaPlace.KeySector:X6}");
            if (store.All.Count == 0)
                warnings.Add("the key sector opens no data sector");
        }
        else if (store is not null)
        {
            warnings.Add(store.Key.IsProtected
                ? "key sector missing: the store was opened with the key of the protected copy"
                : "key sector missing: the store was opened with the key that all BK7231T share");
        }
        else
        {
            warnings.Add(IsBlankStore(dump, shift) ? "the store is erased: key sector missing" : "key sector missing: nothing of a store can be opened");
        }

        if (HasObk(dump, shift))
            warnings.Add("the unit already holds an OpenBeken configuration");
        return warnings;
    }

    private static bool IsBlankStore(ReadOnlySpan<byte> dump, uint shift)
    {
        ReadOnlySpan<byte> place = dump.Length < TuyaPlace.WholeFlash
            ? dump : TuyaPlace.At(dump, TuyaPlace.KeySector, shift, TuyaStore.Sectors * TuyaSector.Bytes);
        return !place.ContainsAnyExcept((byte)0xFF);
    }

    private static bool HasObk(ReadOnlySpan<byte> dump, uint shift)
    {
        foreach (ChipModel chip in (ReadOnlySpan<ChipModel>)[ChipModel.BK7231N, ChipModel.BK7231T])
        {
            if (TuyaPlace.At(dump, FlashLayout.Of(chip)!.ConfigSector.Start.Value, shift, 3).SequenceEqual("CFG"u8))
                return true;
        }

        return false;
    }

    private static TuyaValue? Find(List<TuyaValue> values, string name) => values.Find(value => value.Name == name);

    /// <summary>Products keep their datapoints under a name such as <c>000004w0oh</c>.</summary>
    private static bool IsSchemaKey(string key) =>
        key.Length == SchemaKeyLetters && key.StartsWith("0000", StringComparison.Ordinal) && key.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter));
}
