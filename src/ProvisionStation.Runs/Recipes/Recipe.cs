using ProvisionStation.Beken;
using ProvisionStation.Bench.Jigs;

namespace ProvisionStation.Runs.Recipes;

/// <summary>What a unit is to become and how that is judged; versioned, hashed data. A value: nothing is open.</summary>
/// <param name="Name">The recipe's id.</param>
/// <param name="Revision">1 and up.</param>
/// <param name="Product">What the unit is to become.</param>
/// <param name="Image">The firmware file.</param>
/// <param name="Steps">The steps in order, names of <see cref="RecipeSteps"/>.</param>
/// <param name="ConfirmByReadBack">True: the configuration is read back instead of seen loaded.</param>
/// <param name="Link">Bit rates and windows.</param>
/// <param name="Retry">Attempts.</param>
/// <param name="Boot">Limits of the boot.</param>
/// <param name="Current">Limits of the supply current.</param>
/// <param name="AllowedFlashIds">Flash ids that are not in the chip table but allowed by name.</param>
/// <param name="Config">The unit's OpenBeken configuration; null where the recipe configures nothing.</param>
/// <param name="File">Full path of the file.</param>
/// <param name="Text">The file as it may be kept with every run: a password written into it is masked.</param>
/// <param name="Sha256">SHA-256 of the file's own text in UTF-8, lower-case hex.</param>
/// <param name="Warnings">What is allowed but unwise, as sentences.</param>
public sealed record Recipe(
    string Name,
    int Revision,
    RecipeProduct Product,
    RecipeImage Image,
    IReadOnlyList<string> Steps,
    bool ConfirmByReadBack,
    RecipeLink Link,
    RecipeRetry Retry,
    RecipeBoot Boot,
    RecipeCurrent Current,
    IReadOnlyList<uint> AllowedFlashIds,
    RecipeConfig? Config,
    string File,
    string Text,
    string Sha256,
    IReadOnlyList<string> Warnings)
{
    /// <summary>MACs, twelve upper-case hex digits, that may be converted though another unit has them too, or though they are self-assigned.</summary>
    public IReadOnlyList<string> AllowedMacs { get; init; } = [];

    /// <summary>True where a unit that passed in the lot is converted again when it is put in again.</summary>
    public bool ConvertsAgain { get; init; }

    /// <summary>What becomes of a unit whose write was cut off.</summary>
    public InterruptedUnit Interrupted { get; init; } = InterruptedUnit.Resume;

    /// <summary>True where a unit that does not live although every byte is right gets a second opinion.</summary>
    public bool Diagnoses { get; init; }

    /// <summary>True where the recipe has the step.</summary>
    public bool Has(string step) => Steps.Contains(step);
}

/// <summary>What becomes of a unit whose write was cut off in an earlier run.</summary>
public enum InterruptedUnit
{
    /// <summary>The write goes on where it stood, or begins anew where it cannot.</summary>
    Resume,

    /// <summary>Its own firmware is written back.</summary>
    Restore,

    /// <summary>It is left to a person.</summary>
    Hold,
}

/// <summary>What the unit is to become.</summary>
/// <param name="Name">The product's name.</param>
/// <param name="Module">For example <c>CB2S</c>.</param>
/// <param name="Chip">The only chip this recipe converts.</param>
/// <param name="Supply">The rail its limits are meant for.</param>
public sealed record RecipeProduct(string Name, string Module, ChipModel Chip, JigSupply Supply);

/// <summary>The firmware file.</summary>
/// <param name="File">Full path.</param>
/// <param name="Sha256">What it must hash to; null: not pinned.</param>
/// <param name="Version">Its version as entered; null: read from the image.</param>
/// <param name="Line">Line of the section, for messages.</param>
public sealed record RecipeImage(string File, string? Sha256, string? Version, int Line);

/// <summary>Bit rates and windows.</summary>
/// <param name="Rates">The ladder, highest first.</param>
/// <param name="Window">How long link checks go on after power rises. Default: 1 s.</param>
public sealed record RecipeLink(IReadOnlyList<int> Rates, TimeSpan Window);

/// <summary>Attempts, each 1 and up.</summary>
/// <param name="Link">Power cycles to get the bus. Default: 3.</param>
/// <param name="Read">Reads of one sector. Default: 5.</param>
/// <param name="Write">Erase and write of one sector. Default: 3.</param>
public sealed record RecipeRetry(int Link, int Read, int Write);

/// <summary>Limits of the boot.</summary>
/// <param name="Limit">How long the application may take to say that its boot is complete. Default: 20 s.</param>
/// <param name="Alone">How long it is left alone where there is no log. Default: 10 s.</param>
public sealed record RecipeBoot(TimeSpan Limit, TimeSpan Alone);

/// <summary>Limits of the supply current, in milliamperes; both ends pass.</summary>
/// <param name="NominalLow">Lower end of the nominal mean.</param>
/// <param name="NominalHigh">Upper end of the nominal mean.</param>
/// <param name="MeanLow">Lower limit of the mean.</param>
/// <param name="MeanHigh">Upper limit of the mean.</param>
/// <param name="Peak">Upper limit of the highest reading.</param>
/// <param name="Cutoff">Mean over 300 ms above which power is cut in any phase. Default: 200 mA.</param>
/// <param name="Window">How long is measured. Default: 3 s.</param>
public sealed record RecipeCurrent(
    double NominalLow, double NominalHigh, double MeanLow, double MeanHigh, double Peak, double Cutoff, TimeSpan Window);

/// <summary>A text that may be a secret: then only its name is kept anywhere.</summary>
/// <param name="Literal">The text itself; null for a secret.</param>
/// <param name="SecretName">Name in the secrets file; null for a literal.</param>
public sealed record RecipeText(string? Literal, string? SecretName);

/// <summary>The OpenBeken configuration a unit gets. Texts may hold <c>{mac}</c>, <c>{mac6}</c>, <c>{lot}</c>, <c>{serial}</c>.</summary>
/// <param name="Pins">Role strings such as <c>Rel;1</c> by P number.</param>
/// <param name="Flags">Numbers of the flags that are set.</param>
/// <param name="WifiSsid">Network to join; null: the unit opens its own.</param>
/// <param name="WifiPassword">Its password.</param>
/// <param name="MqttHost">Broker; null: none.</param>
/// <param name="MqttPort">Port; null: the firmware's default.</param>
/// <param name="MqttUser">User; null: the firmware's default.</param>
/// <param name="MqttPassword">Password.</param>
/// <param name="MqttClient">Client id and base topic; null: the short name.</param>
/// <param name="MqttGroup">Group topic; null: the firmware's default for the chip.</param>
/// <param name="ShortName">Short name; null: the firmware's default from the MAC.</param>
/// <param name="LongName">Long name, which is the AP's name; null: the firmware's default from the MAC.</param>
/// <param name="Startup">Start-up command; empty: none.</param>
/// <param name="Line">Line of the section, for messages.</param>
public sealed record RecipeConfig(
    IReadOnlyDictionary<int, string> Pins,
    IReadOnlyList<int> Flags,
    string? WifiSsid,
    RecipeText? WifiPassword,
    string? MqttHost,
    int? MqttPort,
    string? MqttUser,
    RecipeText? MqttPassword,
    string? MqttClient,
    string? MqttGroup,
    string? ShortName,
    string? LongName,
    string Startup,
    int Line)
{
    /// <summary>Where the pins come from.</summary>
    public PinSource From { get; init; } = PinSource.Recipe;

    /// <summary>The device template the pins come from; null for every other source.</summary>
    public RecipeTemplate? Template { get; init; }

    /// <summary>What goes although it is not certain: the vendor's keys, or <c>likely</c> for the whole class.</summary>
    public IReadOnlyList<string> Approve { get; init; } = [];

    /// <summary>The first article's pin map as a person has approved it, in the form of <see cref="PinMap"/>; null: approved at the station.</summary>
    public string? Approved { get; init; }

    /// <summary>Full path of the table of per-unit values; null: there is none.</summary>
    public string? UnitsFile { get; init; }

    /// <summary>What is carried over from a configuration found on the unit, names of <see cref="Beken.Obk.ObkCarryOver.Groups"/>.</summary>
    public IReadOnlyList<string> Keep { get; init; } = [];

    /// <summary>The parts of <see cref="ProductParts"/> that must agree over the lot.</summary>
    public IReadOnlyList<string> Same { get; init; } = [];

    /// <summary>True where the vendor's store is erased once the backup is safe.</summary>
    public bool WipesVendorStore { get; init; }

    /// <summary>True where the pins are the unit's own.</summary>
    public bool AsksUnit => From is PinSource.Unit or PinSource.FirstArticle;
}

/// <summary>Where a unit's pins come from.</summary>
public enum PinSource
{
    /// <summary>Written out in the recipe.</summary>
    Recipe,

    /// <summary>A device template.</summary>
    Template,

    /// <summary>The unit's own backup.</summary>
    Unit,

    /// <summary>The own backup of the lot's first unit; every later unit must have the same map.</summary>
    FirstArticle,
}

/// <summary>A device of a file of OpenBeken device templates.</summary>
/// <param name="File">Full path.</param>
/// <param name="Device">The device's name in it.</param>
public sealed record RecipeTemplate(string File, string Device);
