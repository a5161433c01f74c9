namespace ProvisionStation.Simulator.Firmware;

/// <summary>
/// What a vendor sold: the application, the schema and the pins that every unit of a product shares. The texts are written after
/// the way of real ones (storage sheet 4.1, 6); none is a real product's but the seed plug's.
/// </summary>
/// <param name="Word">Its word on the command line.</param>
/// <param name="Meaning">For <c>--help</c>.</param>
/// <param name="Version">The application's version.</param>
/// <param name="Seed">Sets its application's bytes and its product keys apart.</param>
/// <param name="Schema">Name of its list of datapoints: ten characters.</param>
/// <param name="Datapoints">That list, JSON.</param>
/// <param name="Pins">
/// Its <c>user_param_key</c> without braces and CRC, <c>{module}</c> for the module; null where another chip has the pins.
/// </param>
internal sealed record VendorProduct(
    string Word, string Meaning, string Version, ulong Seed, string Schema, string Datapoints, string? Pins)
{
    private const string PlugDatapoints = """
        [{"mode":"rw","property":{"type":"bool"},"id":1,"type":"obj"},
        {"mode":"rw","property":{"min":0,"max":86400,"scale":0,"step":1,"type":"value"},"id":9,"type":"obj"}]
        """;

    private const string SwitchDatapoints = """
        [{"mode":"rw","property":{"type":"bool"},"id":1,"type":"obj"},{"mode":"rw","property":{"type":"bool"},"id":2,"type":"obj"},
        {"mode":"rw","property":{"min":0,"max":86400,"scale":0,"step":1,"type":"value"},"id":7,"type":"obj"},
        {"mode":"rw","property":{"min":0,"max":86400,"scale":0,"step":1,"type":"value"},"id":8,"type":"obj"}]
        """;

    private const string BulbDatapoints = """
        [{"mode":"rw","property":{"type":"bool"},"id":20,"type":"obj"},
        {"mode":"rw","property":{"range":["white","colour","scene","music"],"type":"enum"},"id":21,"type":"obj"},
        {"mode":"rw","property":{"min":10,"max":1000,"scale":0,"step":1,"type":"value"},"id":22,"type":"obj"},
        {"mode":"rw","property":{"type":"string","maxlen":255},"id":24,"type":"obj"}]
        """;

    private const string DimmerDatapoints = """
        [{"mode":"rw","property":{"type":"bool"},"id":1,"type":"obj"},
        {"mode":"rw","property":{"min":10,"max":1000,"scale":0,"step":1,"type":"value"},"id":2,"type":"obj"}]
        """;

    /// <summary>The text of the seed thread, in its order: the CRC over it depends on the order.</summary>
    private const string PlugPins =
        "rl1_lv:1,on_off_cnt:10,onoff_rst_m:1,onoff_clear_t:10,rand_dpid:42,net_trig:4,onoff_n:3,netled1_lv:0,jv:102,onoff_rst_type:2,"
        + "total_bt_pin:24,nety_led:2,total_stat:2,reset_t:5,netled1_pin:8,remote_add_dp:49,remote_list_dp:50,net_type:0,inch_dp:44,"
        + "module:{module},ch_cddpid1:9,onoff1:6,clean_t:5,init_conf:38,zero_select:0,onoff_type:0,series_ctrl:0,total_bt_lv:0,"
        + "cyc_dpid:43,remote_select:0,ch_num:1,rl1_pin:26,netn_led:2,ch_dpid1:1";

    private const string SwitchPins =
        "rl1_lv:1,netled1_lv:0,bt_type:0,bt1_pin:24,rand_dpid:18,net_trig:2,cd_flag2:1,jv:1.0.1,netled_reuse:0,nety_led:1,"
        + "netled1_pin:8,total_stat:2,bt1_lv:0,reset_t:5,rl2_lv:1,ch_flag1:1,inch_dp:19,module:{module},ch_cddpid1:7,init_conf:14,"
        + "rl2_pin:6,bt2_pin:7,ch_cddpid2:8,cyc_dpid:17,ch_num:2,bt2_lv:0,rl1_pin:26,netn_led:0,ch_dpid1:1,ch_dpid2:2";

    private const string BulbPins =
        "rstnum:3,rstcor:c,Jsonver:1.1.8,brightmin:10,title20:1,deftemp:100,r_pin:24,r_lv:1,c_lv:1,wfcfg:spcl,colormin:10,pmemory:1,"
        + "g_pin:26,g_lv:1,cmod:rgbcw,wt:20,cwtype:0,prodagain:0,rstbr:50,b_pin:8,b_lv:1,colormax:100,cagt:20,w_lv:1,c_pin:7,"
        + "notdisturb:0,module:{module},cwmaxp:100,dmod:0,rgbt:0,onoffmode:0,brightmax:100,w_pin:6,wfct:3,pwmhz:1000,rsttemp:100,"
        + "category:0505,defcolor:c,defbright:100";

    /// <summary>The plug of the seed thread: what a unit is that does not say.</summary>
    public static readonly VendorProduct Plug = new(
        "plug", "the seed thread's plug, as it is without this word", "1.1.17", 0, "000004w0oh", PlugDatapoints, PlugPins);

    /// <summary>All of them, in the order of <c>--help</c>.</summary>
    public static readonly IReadOnlyList<VendorProduct> All =
    [
        Plug,
        new("switch2", "a 2-gang switch", "1.2.4", 0x52, "0000057t2g", SwitchDatapoints, SwitchPins),
        new("bulb", "an RGBCW bulb on five PWM pins", "1.5.3", 0xB3, "000004k3rc", BulbDatapoints, BulbPins) { Modules = ("CB2L", "WB2L") },
        new("tuyamcu", "a dimmer whose pins another chip has: baud_cfg alone", "2.0.1", 0x3C, "0000039dmu", DimmerDatapoints, null),
        Plug with
        {
            Word = "shifted-generation",
            Meaning = "a plug whose last write was cut off: the newest pins are in a swap sector, older ones in their place",
            Store = StoreCondition.NewestInSwap,
        },
        Plug with
        {
            Word = "damaged", Meaning = "a plug whose pins no checksum vouches for any more, in any copy", Store = StoreCondition.Damaged,
        },
        Plug with
        {
            Word = "no-crc", Meaning = "a plug whose pins' own CRC is wrong in a sound store", Store = StoreCondition.OwnCrcWrong,
        },
    ];

    /// <summary>How its store came to the bench.</summary>
    public StoreCondition Store { get; init; }

    /// <summary>The module that it is built with, by chip: N and its kin, and T.</summary>
    public (string N, string T) Modules { get; init; } = ("CB2S", "WB2S");

    /// <exception cref="FormatException">There is no such product here.</exception>
    public static VendorProduct Parse(string word) =>
        All.FirstOrDefault(product => product.Word == word)
        ?? throw new FormatException($"'{word}' is no product; known: {string.Join(", ", All.Select(product => product.Word))}");

    /// <summary>The pins' text for a chip; null where another chip has the pins.</summary>
    public string? PinsOf(SimChip chip) => Pins?.Replace("{module}", chip == SimChip.T ? Modules.T : Modules.N, StringComparison.Ordinal);
}
