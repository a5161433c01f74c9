namespace ProvisionStation.Beken.Obk;

/// <summary>Changes a configuration in place as the firmware's own setters do: a shorter text leaves the end of the longer one behind it.</summary>
/// <remarks>
/// Where the firmware cuts what is too long, this refuses it. Source: OpenBK7231T_App 1.18.299, src/new_cfg.c.
/// </remarks>
public sealed class ObkEdit
{
    private readonly ObkConfig config;
    private readonly byte[] before;
    private readonly ushort counter;
    private bool counterIsGiven;

    /// <summary>Begins an edit.</summary>
    /// <param name="config">What to change.</param>
    public ObkEdit(ObkConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        this.config = config;
        before = config.Content.ToArray();
        counter = config.ChangeCounter;
    }

    /// <summary>True for a field that holds a password. Field by the firmware's name, ignoring case.</summary>
    public static bool IsSecret(string field) => ObkLayout.Slots32.Find(field)?.IsSecret == true;

    /// <summary>Gives a field its value, written as <c>obk decode</c> shows it.</summary>
    /// <param name="field">The firmware's name, ignoring case; one of several values as <c>pins.channelTypes[2]</c>.</param>
    /// <param name="value">A text, a number (decimal or 0x hex), an address, hex digits, or values with commas between them.</param>
    /// <exception cref="ObkException">There is no such field, or the value does not fit. Holds no secret.</exception>
    public void Set(string field, string value)
    {
        ArgumentNullException.ThrowIfNull(field);
        ArgumentNullException.ThrowIfNull(value);
        (string name, int? index) = Indexed(field.Trim());
        ObkField found = config.Layout.Find(name) ?? throw new ObkException($"there is no field '{ObkPin.Shown(name)}'", "use the names that 'obk decode' shows");
        Span<byte> bytes = config.Bytes(found);
        if (found.Name.StartsWith("pins.", StringComparison.Ordinal) && found.Name != "pins.channelTypes")
            throw new ObkException($"'{found.Name}' is not set as a field", "give the pin its role and channels, for example 26=Rel;1");
        if (found.Kind is ObkFieldKind.Header or ObkFieldKind.Reserved)
            throw new ObkException($"'{found.Name}' cannot be set", "the firmware or the encoder fills it in");
        if (found.Kind == ObkFieldKind.Text && index is null)
            ObkText.Edit(bytes, found, value);
        else
            ObkFieldText.Parse(found, bytes, index, value);
        if (found.Name == "mqtt_port" && config.MqttPort is < 1 or > ushort.MaxValue)
            throw new ObkException($"'{ObkPin.Shown(value)}' is no port for mqtt_port", "ports are 1 to 65535; MQTT's own is 1883");
        counterIsGiven |= found.Name == "changeCounter";
    }

    /// <summary>Gives a pin its role and channels.</summary>
    /// <param name="pin">P number of the chip.</param>
    /// <param name="role"><c>role;channel</c> or <c>role;channel;channel2</c>, role by name or number.</param>
    /// <exception cref="ObkException">There is no such pin, role or channel.</exception>
    public void SetPin(int pin, string role) => config.SetPin(pin, ObkPin.Parse(role));

    /// <summary>Sets or clears a flag.</summary>
    /// <param name="flag">By name or number, as <see cref="ObkFlag.NumberOf"/> takes it.</param>
    /// <param name="on">False to clear it.</param>
    /// <exception cref="ObkException">There is no such flag.</exception>
    public void SetFlag(string flag, bool on = true)
    {
        ArgumentNullException.ThrowIfNull(flag);
        config.SetFlag(
            ObkFlag.NumberOf(flag) ?? throw new ObkException($"there is no flag '{ObkPin.Shown(flag)}'", "use a number from 0 to 63 or a name such as HTTP_PINMONITOR"),
            on);
    }

    /// <summary>Ends an edit as the firmware ends it: one more in the change counter where anything changed and the counter was not given.</summary>
    public void Save()
    {
        if (!counterIsGiven && !config.Content.SequenceEqual(before))
            config.ChangeCounter = unchecked((ushort)(counter + 1));
    }

    private static (string Name, int? Index) Indexed(string field)
    {
        int open = field.IndexOf('[', StringComparison.Ordinal);
        if (open < 0)
            return (field, null);
        return field.EndsWith(']') && int.TryParse(field.AsSpan(open + 1, field.Length - open - 2), out int index) && index >= 0
            ? (field[..open], index)
            : throw new ObkException($"'{ObkPin.Shown(field)}' is no field", "write one of several values as pins.channelTypes[2]");
    }
}
