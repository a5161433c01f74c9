using System.CommandLine;
using System.Globalization;
using ProvisionStation.Beken;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Bench;
using ProvisionStation.Live;

namespace ProvisionStation.Commands;

/// <summary><c>obk edit</c>: changes a configuration in place, as the firmware does.</summary>
internal static class ObkEditCommand
{
    private const int SecretFileLetters = 4096;

    public static Command Make()
    {
        Argument<string> file = new("FILE") { Description = "A configuration struct, its sector, or a dump of the whole flash." };
        Option<string[]> set = Repeated(
            "--set", "FIELD=VALUE",
            "A field by the name that 'obk decode' shows, for example mqtt_port=8883 or pins.channelTypes[2]=Toggle.");
        Option<string[]> secret = Repeated(
            "--secret", "FIELD=FILE",
            "A password from the first line of a file; what stands on a command line, others can read.");
        Option<string[]> pin = Repeated(
            "--pin", "P=ROLE;CH",
            "A pin by its P number, for example '26=Rel;1' (in quotes: the shell takes a ';').");
        Option<string[]> flag = Repeated("--flag", "FLAG", "A flag to set, by number or name.");
        Option<string[]> noFlag = Repeated("--no-flag", "FLAG", "A flag to clear, by number or name.");
        Option<ChipModel> chip = ObkFile.Chip();
        Option<string> target = SharedOptions.Out(
            "Where to write it: as long as the file, with everything around the configuration as it was.");
        Option<bool> force = SharedOptions.Force();
        ObkProblems problems = new();
        Command command = new StationCommand(
            "edit", "Change an OpenBeken configuration as the firmware would: only what is asked for, and one more in the change counter.",
            "obk edit config.bin --set mqtt_host=192.168.1.5 --pin '26=Rel;1' --flag 27 --out new.bin")
        {
            file, set, secret, pin, flag, noFlag, chip, target, force, problems.AsIs, problems.AccessPoint,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            string path = parsed.GetValue(file)!;
            ObkFile found = await ObkFile.ReadAsync(path, parsed.GetValue(chip), cancel);
            ObkConfig before = ObkConfigCodec.Decode(ObkConfigCodec.Encode(found.Config), found.Config.Chip).Config!;
            ObkEdit edit = new(found.Config);
            foreach ((string field, string value) in Pairs(parsed, set))
            {
                edit.Set(field, value);
                if (ObkEdit.IsSecret(field))
                    await Console.Error.WriteLineAsync(
                        $"warning: others can read a command line; give {Printable.Of(field)} with --secret FIELD=FILE");
            }

            foreach ((string field, string name) in Pairs(parsed, secret))
                edit.Set(field, await FirstLineAsync(name, cancel));
            foreach ((string number, string role) in Pairs(parsed, pin))
                edit.SetPin(PinNumber(number), role);
            foreach (string name in parsed.GetValue(flag) ?? [])
                edit.SetFlag(name);
            foreach (string name in parsed.GetValue(noFlag) ?? [])
                edit.SetFlag(name, on: false);
            edit.Save();
            await problems.CheckAsync(parsed, path, found.Config);
            byte[] bytes = InPlace(found);
            await OutFile.WriteAsync(parsed.GetValue(target)!, bytes, parsed.GetValue(force), cancel);
            await ObkDiffCommand.TellAsync(found.Found.Version, before, found.Config);
            await Console.Error.WriteLineAsync($"{parsed.GetValue(target)}: {bytes.Length} bytes");
            return (int)ExitCode.Passed;
        });
        return command;
    }

    private static Option<string[]> Repeated(string name, string helpName, string description) => new(name)
    {
        Description = description,
        HelpName = helpName,
        DefaultValueFactory = _ => [],
    };

    /// <summary>The struct of version 5 where it was found; a file that held no more than an older, shorter one grows to the new length.</summary>
    private static byte[] InPlace(ObkFile file)
    {
        byte[] config = ObkConfigCodec.Encode(file.Config);
        byte[] bytes = new byte[Math.Max(file.Content.Length, file.Offset + config.Length)];
        file.Content.CopyTo(bytes, 0);
        config.CopyTo(bytes, file.Offset);
        return bytes;
    }

    private static IEnumerable<(string Name, string Value)> Pairs(ParseResult parsed, Option<string[]> option)
    {
        foreach (string text in parsed.GetValue(option) ?? [])
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                // The value is not repeated: it may be a password.
                throw new ConfigurationException(
                    option.Name, null, null, "a name and a value with '=' between them are missing",
                    $"Write {option.Name} {option.HelpName}.");
            yield return (text[..equals].Trim(), text[(equals + 1)..]);
        }
    }

    private static async Task<string> FirstLineAsync(string file, CancellationToken cancel)
    {
        if (!File.Exists(file))
            throw new ConfigurationException(file, null, null, "there is no such file", "Give a file with the password in its first line.");
        using StreamReader reader = new(file);
        char[] start = new char[SecretFileLetters];
        int count = await reader.ReadBlockAsync(start, cancel);
        int end = Array.FindIndex(start, 0, count, letter => letter is '\r' or '\n');
        return new string(start, 0, end < 0 ? count : end);
    }

    private static int PinNumber(string text) =>
        int.TryParse(text.AsSpan(text.StartsWith('P') || text.StartsWith('p') ? 1 : 0), NumberStyles.None, CultureInfo.InvariantCulture, out int pin)
            ? pin
            : throw new ConfigurationException("--pin", null, null, $"'{text}' is no pin", "Give a P number, for example --pin '26=Rel;1'.");
}
