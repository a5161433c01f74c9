namespace ProvisionStation.Beken.BootLoader;

/// <summary>One thing that happened on the line.</summary>
/// <param name="At">Monotonic, since the run began.</param>
public abstract record UartTraceEntry(TimeSpan At);

/// <summary>A whole frame, without its payload.</summary>
/// <param name="At">When it was handed to the port, or found whole among what had arrived.</param>
/// <param name="IsAnswer">True from the unit, false to it.</param>
/// <param name="IsLong">True for the flash form.</param>
/// <param name="Opcode">The command.</param>
/// <param name="Status">The loader's status; 0 where the form has none.</param>
/// <param name="Bytes">Length of the whole frame on the wire.</param>
/// <param name="First">Address, register, or bit rate; null where the command has none.</param>
/// <param name="Second">Last address of a CRC, or the SPI command passed on; null where the command has none.</param>
/// <param name="PayloadSha256">Of the payload behind these, lower-case hex; null where it is shorter than 32 bytes.</param>
public sealed record UartFrame(
    TimeSpan At, bool IsAnswer, bool IsLong, byte Opcode, byte Status, uint Bytes, uint? First, uint? Second, string? PayloadSha256) : UartTraceEntry(At);

/// <summary>Link checks and their answers with nothing else in between.</summary>
/// <param name="At">The first of them.</param>
/// <param name="Last">The last of them, since the run began.</param>
/// <param name="Sent">How many were sent.</param>
/// <param name="Answered">How many answers came.</param>
public sealed record UartLinkChecks(TimeSpan At, TimeSpan Last, uint Sent, uint Answered) : UartTraceEntry(At);

/// <summary>Bytes that belong to no whole frame.</summary>
/// <param name="At">When the first of them was given up.</param>
/// <param name="Total">How many there were.</param>
/// <param name="Kept">The first of them, as they are; at most 512.</param>
public sealed record UartStray(TimeSpan At, uint Total, byte[] Kept) : UartTraceEntry(At);

/// <summary>A command that was not answered within its limit.</summary>
/// <param name="At">When waiting ended.</param>
/// <param name="Waited">How long it had lasted.</param>
public sealed record UartNoAnswer(TimeSpan At, TimeSpan Waited) : UartTraceEntry(At);

/// <summary>Zeros sent to end a request that the loader may still be waiting for.</summary>
/// <param name="At">When.</param>
/// <param name="Bytes">How many.</param>
public sealed record UartFlush(TimeSpan At, uint Bytes) : UartTraceEntry(At);

/// <summary>Something that is no traffic.</summary>
/// <param name="At">When.</param>
/// <param name="Mark">What.</param>
/// <param name="Value">The bit rate; 0 with every other mark.</param>
/// <param name="Text">The step's name; empty with every other mark.</param>
public sealed record UartMarked(TimeSpan At, UartMark Mark, uint Value, string Text) : UartTraceEntry(At);
