namespace ProvisionStation.Runs.Recipes;

/// <summary>The names of the steps and the orders they may stand in.</summary>
public static class RecipeSteps
{
    /// <summary>Power comes on and nothing is shorted.</summary>
    public const string Power = "power";

    /// <summary>The loader answers.</summary>
    public const string Link = "link";

    /// <summary>Chip, flash, key and MAC are what the recipe wants.</summary>
    public const string Identify = "identify";

    /// <summary>The whole flash is in the vault.</summary>
    public const string Backup = "backup";

    /// <summary>The image is written.</summary>
    public const string Write = "write";

    /// <summary>The chip's own CRC over the image is right.</summary>
    public const string Verify = "verify";

    /// <summary>The application boots to the end.</summary>
    public const string Boot = "boot";

    /// <summary>The booted unit draws what it should.</summary>
    public const string Current = "current";

    /// <summary>The boot log says the right things.</summary>
    public const string Log = "log";

    /// <summary>This unit's own configuration is written.</summary>
    public const string Configure = "configure";

    /// <summary>The configuration was seen loaded and is still there.</summary>
    public const string Confirm = "confirm";

    /// <summary>A backup is written back. Not for recipe files: only the built-in recipe <c>restore</c> has it.</summary>
    public const string Restore = "restore";

    /// <summary>What was written back is compared byte by byte, before anything boots. Only the built-in recipe <c>restore</c> has it.</summary>
    public const string Compare = "compare";

    /// <summary>The second opinion after a unit that does not live. Never listed: <c>diagnose: true</c> asks for it.</summary>
    public const string Diagnose = "diagnose";

    /// <summary>Every step in the default order: two boots, the second with our configuration.</summary>
    public static IReadOnlyList<string> Default { get; } =
        [Power, Link, Identify, Backup, Write, Verify, Boot, Current, Log, Configure, Confirm];

    /// <summary>The other order: configured in the same bus session, one boot, judged with our configuration loaded.</summary>
    public static IReadOnlyList<string> ConfigureFirst { get; } =
        [Power, Link, Identify, Backup, Write, Verify, Configure, Boot, Current, Log, Confirm];

    /// <summary>Steps no recipe may leave out.</summary>
    public static IReadOnlyList<string> Required { get; } = [Power, Link, Identify, Backup, Write, Verify, Boot];

    /// <summary>What is wrong with a list of steps; null when nothing is.</summary>
    public static string? Problem(IReadOnlyList<string> steps)
    {
        if (Required.FirstOrDefault(step => !steps.Contains(step)) is { } missing)
            return $"step '{missing}' is missing";
        if (!steps.Contains(Current) && !steps.Contains(Log))
            return "neither 'current' nor 'log' is there, so no unit could ever pass: a PASS means that the unit was seen to live";
        if (steps.Contains(Confirm) && !steps.Contains(Configure))
            return "'confirm' has nothing to confirm without 'configure'";
        if (steps.Contains(Configure) && !steps.Contains(Confirm))
            return "'configure' without 'confirm' would ship a configuration nobody looked at again";
        return InOrder(steps, Default) || InOrder(steps, ConfigureFirst)
            ? null
            : $"the order must be {string.Join(", ", Default)}; 'configure' may also stand right before 'boot'";
    }

    private static bool InOrder(IReadOnlyList<string> steps, IReadOnlyList<string> order)
    {
        int last = -1;
        foreach (string step in steps)
        {
            int place = order.ToList().IndexOf(step);
            if (place <= last)
                return false;
            last = place;
        }

        return true;
    }
}
