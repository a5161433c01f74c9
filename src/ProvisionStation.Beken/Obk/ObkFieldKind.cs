namespace ProvisionStation.Beken.Obk;

/// <summary>How the bytes of a field are to be read.</summary>
internal enum ObkFieldKind
{
    /// <summary>Ident, checksum and version: the codec's own.</summary>
    Header,

    /// <summary>Text that ends at the first NUL or at the field's end.</summary>
    Text,

    /// <summary>One unsigned number of 1, 2 or 4 bytes.</summary>
    Unsigned,

    /// <summary>One signed number of 4 bytes.</summary>
    Signed,

    /// <summary>Unsigned bytes.</summary>
    Bytes,

    /// <summary>Signed numbers of 2 bytes.</summary>
    Shorts,

    /// <summary>Numbers of 4 bytes that may be floats or integers: shown as hex words.</summary>
    Words,

    /// <summary>IEEE singles.</summary>
    Floats,

    /// <summary>Four bytes of an IPv4 address.</summary>
    Address,

    /// <summary>A run of bytes shown as hex.</summary>
    Hex,

    /// <summary>Bytes that no release gives a meaning.</summary>
    Reserved,
}
