using System.CommandLine;
using System.Text;
using ProvisionStation.Beken;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Bench;
using ProvisionStation.Live;

namespace ProvisionStation.Commands;

/// <summary><c>recipe from-template</c>: a draft recipe with the pins of a device template.</summary>
internal static class RecipeFromTemplateCommand
{
    public static Command Make()
    {
        Argument<string> file = new("FILE") { Description = "Templates in the form of OpenBeken's devices.json." };
        Option<string> device = new("--device")
        {
            Description = "Name, model, vendor and name, or place in the file as '#17'.",
            HelpName = "NAME",
            Required = true,
        };
        Option<ChipModel> chip = new("--chip")
        {
            Description = "The module's chip; needed where the template names none.",
            HelpName = "BK7231N|BK7231M|BK7231T",
        };
        Option<string?> target = SharedOptions.Out("Where to write it; left out: stdout.")!;
        target.Required = false;
        Option<bool> force = SharedOptions.Force();
        Command command = new StationCommand(
            "from-template", "Draft a recipe from a device template, with a comment on every pin.",
            "recipe from-template devices.json --device 'Aubess Mini Smart Switch 16A, A5C-30E1-02' --out config/recipes/switch.yaml")
        {
            file, device, chip, target, force,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            string path = parsed.GetValue(file)!;
            DeviceTemplate template = DeviceTemplates.Find(DeviceTemplates.Load(path), parsed.GetValue(device)!);
            string draft = TemplateDraft.Of(template, ChipOf(template, parsed.GetValue(chip)), Path.GetFileName(path));
            foreach (string remark in template.Remarks)
                await Console.Error.WriteLineAsync($"warning: {Printable.Of(remark)}");
            if (parsed.GetValue(target) is { } output)
                await OutFile.WriteAsync(output, Encoding.UTF8.GetBytes(draft), parsed.GetValue(force), cancel);
            else
                Console.Write(draft);
            await Console.Error.WriteLineAsync(
                "A draft: check every pin against the device, and the current limits against a good unit. Then run 'recipe check'.");
            return (int)ExitCode.Passed;
        });
        return command;
    }

    private static ChipModel ChipOf(DeviceTemplate template, ChipModel given)
    {
        if (given != ChipModel.Unknown && template.ChipModel != ChipModel.Unknown && given != template.ChipModel)
            throw new ConfigurationException(
                "--chip", null, null, $"the template is for a {template.ChipModel}", "Leave --chip out, or take another template.");
        ChipModel chip = given == ChipModel.Unknown ? template.ChipModel : given;
        return chip switch
        {
            ChipModel.BK7231N or ChipModel.BK7231M or ChipModel.BK7231T => chip,
            ChipModel.Unknown => throw new ConfigurationException(
                "--chip", null, null, "the template names no chip", "Give --chip BK7231N, BK7231M or BK7231T, as the module says."),
            _ => throw new ConfigurationException(
                "--device", null, null, $"the template is for a {chip}, which this station does not convert",
                "Take a template for a BK7231N, BK7231M or BK7231T."),
        };
    }
}
