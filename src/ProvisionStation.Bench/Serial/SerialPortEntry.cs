namespace ProvisionStation.Bench.Serial;

/// <summary>A serial port of this computer, as a jig file may name it.</summary>
/// <param name="Device">The device file of the moment, for example <c>/dev/ttyUSB0</c>; another one after the next start.</param>
/// <param name="Adapter">What the adapter says of itself, with USB ids; "built in" where it is none.</param>
/// <param name="UsbPath">Where it is plugged in, for example <c>1-4.1.2:1.0</c>; null where it is no USB adapter.</param>
/// <param name="StableName">The name to write into a jig file: under <c>/dev/serial/by-path</c>, else <c>by-id</c>; null where
/// there is none.</param>
public sealed record SerialPortEntry(string Device, string Adapter, string? UsbPath, string? StableName);
