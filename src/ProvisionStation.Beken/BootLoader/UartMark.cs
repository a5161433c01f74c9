namespace ProvisionStation.Beken.BootLoader;

/// <summary>What else happened to the line, between its frames. The numbers are in files that outlive the program: never change one.</summary>
public enum UartMark : byte
{
    /// <summary>A step of the recipe begins; the text is its name.</summary>
    Step = 1,

    /// <summary>A session with the loader begins.</summary>
    Session = 2,

    /// <summary>The station's side has another bit rate; the value is in bits per second.</summary>
    BitRate = 3,

    /// <summary>Power was switched on.</summary>
    PowerOn = 4,

    /// <summary>Power was switched off.</summary>
    PowerOff = 5,

    /// <summary>The watch over the current cut the power.</summary>
    PowerCut = 6,

    /// <summary>The unit was let out of reset; where there is no reset line it has just got its power.</summary>
    ResetReleased = 7,

    /// <summary>TX is held at break while the slot is off.</summary>
    Break = 8,

    /// <summary>The port was closed while the slot is off.</summary>
    PortClosed = 9,
}
