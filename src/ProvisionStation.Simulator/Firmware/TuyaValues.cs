using System.Text;

namespace ProvisionStation.Simulator.Firmware;

/// <summary>
/// What the vendor knows about one unit: identity, a home network, the pins. Names begin with <c>canary</c> where they are secret.
/// </summary>
internal static class TuyaValues
{
    private const string PlugN =
        "rl1_lv:1,on_off_cnt:10,onoff_rst_m:1,onoff_clear_t:10,rand_dpid:42,net_trig:4,onoff_n:3,netled1_lv:0,jv:102,onoff_rst_type:2,"
        + "total_bt_pin:24,nety_led:2,total_stat:2,reset_t:5,netled1_pin:8,remote_add_dp:49,remote_list_dp:50,net_type:0,inch_dp:44,"
        + "module:CB2S,ch_cddpid1:9,onoff1:6,clean_t:5,init_conf:38,zero_select:0,onoff_type:0,series_ctrl:0,total_bt_lv:0,"
        + "cyc_dpid:43,remote_select:0,ch_num:1,rl1_pin:26,netn_led:2,ch_dpid1:1";

    private const string PlugT =
        "rl1_lv:1,net_trig:4,netled1_lv:0,jv:102,total_bt_pin:10,nety_led:2,total_stat:2,reset_t:5,netled1_pin:24,net_type:0,"
        + "module:WB2S,ch_cddpid1:9,total_bt_lv:0,ch_num:1,rl1_pin:6,netn_led:2,ch_dpid1:1";

    public static List<(string Name, byte[] Value)> Make(SimChip chip, ref SeededBytes random)
    {
        string identity = random.Text(16);
        string ssid = "canary-ssid-" + random.Text(6), password = "canary-passwd-" + random.Text(10);
        bool isBase64 = (random.Next() & 1) != 0;
        string schema = $"000004{random.Text(4)}";
        return
        [
            ("gw_bi", Text($$"""
                {"uuid":"{{identity}}","psk_key":"{{random.Text(37)}}","auth_key":"{{random.Text(32)}}",
                "ap_ssid":"SmartLife","ap_passwd":null,"prod_test":false,"fac_pin":"{{random.Text(16)}}"}
                """)),
            ("gw_di", Text($$"""
                {"abi":0,"id":"{{random.Text(20)}}","swv":"1.1.17","bv":"40.00","pv":"2.2","lpv":"3.4",
                "pk":"{{random.Text(16)}}","firmk":"{{random.Text(16)}}","s_id":"{{schema}}"}
                """)),
            ("gw_wsm", Text($$"""
                {"nc_tp":9,"ssid":"{{Coded(ssid, isBase64)}}","passwd":"{{Coded(password, isBase64)}}","md":0,"random":0,
                "wfb64":{{(isBase64 ? 1 : 0)}},"stat":2,"token":"canary-token-{{random.Text(8)}}","region":"EU",
                "reg_key":"{{random.Text(4)}}","dns_prio":0}
                """)),
            ("gw_ai", Text($$"""
                {"key":"canary-key-{{random.Text(16)}}","lckey":"canary-lckey-{{random.Text(16)}}",
                "h_url":null,"time_z":"+01:00","s_time":0}
                """)),
            ("em_sys_env", Text(chip is SimChip.N or SimChip.M ? "bk7231n" : "BK7231S_2M")),
            ("user_param_key", Text(WithCrc(chip == SimChip.T ? PlugT : PlugN) + "\0\0")),
            (schema, Text("""
                [{"mode":"rw","property":{"type":"bool"},"id":1,"type":"obj"},
                {"mode":"rw","property":{"min":0,"max":86400,"scale":0,"step":1,"type":"value"},"id":9,"type":"obj"}]
                """)),
            ("timer_arr", Text("[]")),
        ];
    }

    /// <summary>
    /// The text with its own 7-bit CRC, over everything up to the comma before it and one closing brace (storage sheet 4.2).
    /// </summary>
    private static string WithCrc(string fields)
    {
        int crc = 0;
        foreach (byte value in Text("{" + fields + "}"))
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x48 : crc >> 1;
        }
        return $"{{{fields},crc:{crc},}}";
    }

    private static string Coded(string text, bool isBase64) => isBase64 ? Convert.ToBase64String(Text(text)) : text;

    /// <summary>The store holds each value on one line.</summary>
    private static byte[] Text(string text) => Encoding.ASCII.GetBytes(text.ReplaceLineEndings(""));
}
