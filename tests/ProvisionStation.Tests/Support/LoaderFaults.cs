namespace ProvisionStation.Tests.Support;

/// <summary>What goes wrong with a fake loader. Each is spent as it is used, so that a retry can heal it.</summary>
internal sealed class LoaderFaults
{
    /// <summary>Link checks answered a second time, late.</summary>
    public int LateLinkReplies { get; set; }

    /// <summary>Answers to sector reads that lose a byte.</summary>
    public int ReadsThatLoseAByte { get; set; }

    /// <summary>Answers to sector reads with a byte flipped that no check of the frame sees.</summary>
    public int ReadsThatFlipAByte { get; set; }

    /// <summary>Requests for a change of bit rate that are not heard.</summary>
    public int DeafToRate { get; set; }

    /// <summary>The highest rate the line holds; above it every answer is garbage.</summary>
    public int GoodUpTo { get; set; } = int.MaxValue;

    /// <summary>Answers to the flash id that read 000000.</summary>
    public int BlankFlashIds { get; set; }

    /// <summary>How many of the following writes go unanswered though done.</summary>
    public int UnansweredWrites { get; set; }

    /// <summary>How many of the following erases go unanswered though done.</summary>
    public int UnansweredErases { get; set; }

    /// <summary>Place of a byte that the next erase request loses on its way; null for none.</summary>
    public int? ErasesLoseByte { get; set; }

    /// <summary>Status of the next erases, where not 0.</summary>
    public Queue<byte> EraseStatuses { get; } = new();

    /// <summary>Status of the next sector reads, where not 0.</summary>
    public Queue<byte> ReadStatuses { get; } = new();

    /// <summary>Status of the next writes, where not 0.</summary>
    public Queue<byte> WriteStatuses { get; } = new();

    /// <summary>Addresses of bytes whose lowest bit will not program, and how often.</summary>
    public Dictionary<uint, int> WeakBytes { get; } = [];

    /// <summary>True where the status register ignores writes.</summary>
    public bool ProtectionStays { get; set; }

    /// <summary>Polls of the status register that show a write in progress after one.</summary>
    public int BusyPollsAfterStatusWrite { get; set; }

    /// <summary>Says nothing at all while true.</summary>
    public bool Silent { get; set; }
}
