namespace ProvisionStation.Beken;

/// <summary>A Beken chip, as far as a station has to tell them apart.</summary>
public enum ChipModel
{
    /// <summary>Answers, but not as a chip we know.</summary>
    Unknown,

    /// <summary>BK7231N: mask ROM, code scrambled with the key in its eFuse.</summary>
    BK7231N,

    /// <summary>BK7231M: an N whose key is zero.</summary>
    BK7231M,

    /// <summary>BK7231T (also sold as BK7231S): boot loader in flash.</summary>
    BK7231T,

    /// <summary>BK7231U: boot loader in flash, no key.</summary>
    BK7231U,

    /// <summary>BK7231Q.</summary>
    BK7231Q,

    /// <summary>BK7238 (Tuya T1).</summary>
    BK7238,

    /// <summary>BK7252 (BK7251).</summary>
    BK7252,

    /// <summary>BK7252N (Tuya T4).</summary>
    BK7252N,

    /// <summary>BK7236, BK7258 and later.</summary>
    BK7236,
}
