using ProvisionStation.Beken;
using ProvisionStation.Beken.Obk;

namespace ProvisionStation.Speed.Fuzzing;

/// <summary>Damaged device templates: what imports must also be a configuration.</summary>
internal sealed class TemplateFuzz
{
    private static readonly byte[] Templates = """
        {"version":0.1,"devices":[
        {"vendor":"Acme","bDetailed":"0","name":"Plug","model":"P1","chip":"BK7231N","board":"CB2S","flags":"1024","keywords":["plug"],
         "pins":{"6":"TglChanOnTgl;1","8":"WifiLED_n;0","24":"Btn_Tgl_All;0","26":"Rel;1"},"command":"","image":"https://example.invalid/a.jpg"},
        {"vendor":"Acme","name":"Bulb","model":"B1","chip":"BK7231T","flags":1028,"pins":{"7":"SM2135_DAT","8":"SM2135_CLK ;0"},"command":"backlog startDriver SM2135"},
        {"vendor":"Bcme","name":"Sensor","chip":"T34","pins":{"6":"CHT8305_SDA;1;2","9":"CHT83XX_SCK;1;0"},"flag":16},
        {"vendor":"Bcme","name":"Camera","chip":"BK7252N","pins":{"39":"LED_n;2"},"flags":"2251937252643840"}
        ]}
        """u8.ToArray();

    public static FuzzOutcome Run(Random random)
    {
        try
        {
            IReadOnlyList<DeviceTemplate> all = DeviceTemplates.Read(Mutation.Of(random, Templates));
            foreach (DeviceTemplate template in all.Where(template => template.Problems.Count == 0 && template.ChipModel != ChipModel.Unknown))
                Apply(template);
            DeviceTemplates.Find(all, random.Next(2) == 0 ? "plug" : all.Count == 0 ? "" : all[random.Next(all.Count)].Name);
            return FuzzOutcome.Result;
        }
        catch (ObkException refused) when (refused.Remedy.Length > 0)
        {
            return FuzzOutcome.Refusal;
        }
    }

    /// <summary>Throws what is no named refusal: a template that imports has to fit.</summary>
    private static void Apply(DeviceTemplate template)
    {
        ObkConfig config = ObkConfig.Default(template.ChipModel, [1, 2, 3, 4, 5, 6]);
        try
        {
            foreach ((int pin, ObkPin role) in template.Pins)
                config.SetPin(pin, role);
            foreach (int flag in template.Flags)
                config.SetFlag(flag);
            config.StartupCommand = template.Startup ?? "";
            ObkConfigCodec.EncodeSector(config);
        }
        catch (ObkException problem)
        {
            throw new InvalidOperationException("a template that imports does not fit a configuration", problem);
        }
    }
}
