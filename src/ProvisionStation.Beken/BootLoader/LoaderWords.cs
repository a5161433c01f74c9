namespace ProvisionStation.Beken.BootLoader;

/// <summary>Commands and statuses of the loader in words.</summary>
/// <remarks>Sources: the opcodes of bk7231tools and hid_download_py; the statuses of the download handler in bk_idk and of l_bootloader.</remarks>
public static class LoaderWords
{
    /// <summary>The name of a command; the same number means another command in the other form.</summary>
    public static string Command(bool isLong, byte opcode, bool isAnswer) => (isLong, opcode) switch
    {
        (false, 0x00) => "link check",
        (false, 0x01) => "write register",
        (false, 0x03) => "read register",
        (false, 0x0E) => "start the application",
        (false, 0x0F) => "set bit rate",
        (false, 0x10) => "count CRC",
        (false, 0x11) => "read loader version",
        (false, 0x70) => "reset",
        (false, 0xAA) => "stay in ROM",
        (true, 0x06) => "write page",
        (true, 0x07) => "write sector",
        (true, 0x08) => "read bytes",
        (true, 0x09) => "read sector",
        (true, 0x0A) => "erase chip",
        (true, 0x0B) => "erase sector",
        (true, 0x0C) => "read flash status",
        (true, 0x0D) => "write flash status",
        (true, 0x0E) => "ask the flash",
        (true, 0x0F) => "erase",
        _ => $"{(isLong ? "flash " : "")}{(isAnswer ? "answer" : "command")} 0x{opcode:X2}",
    };

    /// <summary>A status of the long form.</summary>
    public static string Status(byte status) => status switch
    {
        0 => "done",
        1 => "the flash is busy",
        2 => "the flash's bus timed out",
        3 => "the flash timed out",
        4 => "the length is wrong for this command",
        5 => "the payload is not all there",
        6 => "a parameter is wrong, or the address is protected",
        7 => "the command is unknown",
        8 => "an error inside the loader",
        9 => "the flash was not written",
        10 => "the area is protected",
        _ => "of unknown meaning",
    };
}
