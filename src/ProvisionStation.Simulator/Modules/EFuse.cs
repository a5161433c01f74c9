using ProvisionStation.Simulator.Firmware;

namespace ProvisionStation.Simulator.Modules;

/// <summary>The registers that a FULL loader reads and writes: chip id and eFuse (fact sheet section 6.1).</summary>
internal sealed class EFuse
{
    private const uint ChipIdRegister = 0x00800000;
    private const uint ControlRegister = 0x00800074;
    private const uint DataRegister = 0x00800078;
    private const uint Start = 1;
    private const uint Valid = 0x100;
    private const int Bytes = 32;
    private const byte EncryptionOn = 1 << 5;

    private static readonly byte[] DefaultKey = Convert.FromHexString("93B00F51DCEACBA37EA1935903EBADC7");

    /// <summary>Any other than the default one, with its last word switching the scrambler on. No real vendor's key.</summary>
    private static readonly byte[] ForeignKey = Convert.FromHexString("44332211887766559988AABB20080A5A");

    private readonly byte[] _bytes = new byte[Bytes];
    private readonly uint _chipId;
    private uint _control;
    private uint _data;

    public EFuse(ModuleFacts chip, SimKey key)
    {
        _chipId = chip.ChipId;
        byte[] bytes = key switch
        {
            SimKey.Default => DefaultKey,
            SimKey.Foreign => ForeignKey,
            _ => [],
        };
        bytes.CopyTo(_bytes, 0);
        _bytes[31] = bytes.Length > 0 ? EncryptionOn : (byte)0;
    }

    public uint Read(uint register) => register switch
    {
        ChipIdRegister => _chipId,
        ControlRegister => _control & ~Start,
        DataRegister => _data,
        _ => 0,
    };

    public void Write(uint register, uint value)
    {
        if (register != ControlRegister)
            return;
        _control = value;
        if ((value & Start) != 0)
            _data = Valid | _bytes[(value >> 8) & (Bytes - 1)];
    }
}
