using System.CommandLine;
using System.Text.Json.Nodes;
using ProvisionStation.Beken;
using ProvisionStation.Beken.Images;

namespace ProvisionStation.Commands;

/// <summary><c>image inspect</c>: what a firmware file or a dump of a whole flash is, told by its content.</summary>
internal static class ImageInspectCommand
{
    public static Command Make()
    {
        Argument<string> file = new("FILE") { Description = "The firmware file, or a dump of a whole flash." };
        Option<bool> json = SharedOptions.Json();
        Command command = new StationCommand(
            "inspect", "Say what a firmware file holds, for which chip and key, and what would be written.",
            "image inspect OpenBK7231N_QIO_1.18.299.bin")
        {
            file, json,
        };
        command.SetAction((parsed, cancel) => InspectAsync(parsed.GetValue(file)!, parsed.GetValue(json), cancel));
        return command;
    }

    private static async Task<int> InspectAsync(string file, bool json, CancellationToken cancel)
    {
        if (DumpFile.IsWholeFlash(file))
        {
            DumpReport.Write(file, await DumpFile.ReadAsync(file, cancel), json);
            return (int)ExitCode.Passed;
        }

        FirmwareImage image = FirmwareImage.Load(file);
        if (json)
            Console.WriteLine(ToJson(file, image).ToJsonString());
        else
            WriteText(image);
        return (int)ExitCode.Passed;
    }

    private static void WriteText(FirmwareImage image)
    {
        Console.WriteLine($"kind     {KindOf(image)}");
        Console.WriteLine($"chip     {image.Chip}");
        Console.WriteLine($"key      {KeyOf(image)}");
        Console.WriteLine($"version  {image.Version ?? "not readable: a recipe must give 'version' and 'sha256'"}");
        Console.WriteLine($"length   {image.FileBytes} bytes");
        Console.WriteLine($"sha256   {image.Sha256}");
        Console.WriteLine($"written  {image.WriteRange}, {image.WriteRange.LengthBytes} bytes");
    }

    private static JsonObject ToJson(string file, FirmwareImage image) => new()
    {
        ["file"] = file,
        ["kind"] = KindOf(image),
        ["chip"] = image.Chip.ToString(),
        ["key"] = KeyOf(image),
        ["version"] = image.Version,
        ["bytes"] = image.FileBytes,
        ["sha256"] = image.Sha256,
        ["writeStart"] = image.WriteRange.Start.ToString(),
        ["writeBytes"] = image.WriteRange.LengthBytes,
    };

    private static string KindOf(FirmwareImage image) => image.Kind switch
    {
        ImageKind.Qio => "QIO",
        ImageKind.Ua => "UA",
        _ => "full dump",
    };

    private static string KeyOf(FirmwareImage image) => image.Key switch
    {
        KeyClass.NotReadable => "not readable",
        _ => image.Key.ToString().ToLowerInvariant(),
    };
}
