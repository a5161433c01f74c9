namespace ProvisionStation.Beken;

/// <summary>Which key scrambles the code of a unit or an image.</summary>
public enum KeyClass
{
    /// <summary>Could not be told.</summary>
    NotReadable,

    /// <summary>The key of Tuya's and Beken's modules, 510fb093 a3cbeadc 5993a17e c7adeb03.</summary>
    Default,

    /// <summary>No key: code is not scrambled.</summary>
    Zero,

    /// <summary>A vendor's own key.</summary>
    Foreign,
}
