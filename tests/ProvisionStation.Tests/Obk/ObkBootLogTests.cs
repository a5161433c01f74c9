using System.Text;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Obk;

public sealed class ObkBootLogTests
{
    private const string Good = """
        V:BK7231N_1.0.1
        REG:cpsr spsr r13 r14
        J 0x10000
        bk_misc_init_start_type 0 0
        OpenBK7231N, version 1.18.299
        Entering initLog()...
        Info:MAIN:Main_Init_Before_Delay
        Warn:CFG:CFG_InitAndLoad: Correct config has been loaded with 4711 changes count.
        Info:MAIN:Main_Init_Delay
        #Startup delayed 0ms#
        Info:MAIN:Main_Init_Delay done
        Info:MAIN:Using SSID [shop]
        Info:MAIN:Using Pass [canary-secret]
        Info:MAIN:set ip info: 192.168.4.1,255.255.255.0,192.168.4.1
        Info:MAIN:ssid:Plug_112233 key: mode:0
        Info:MAIN:Boot complete time reached (5 seconds)

        """;

    private readonly ObkBootLog log = new();

    [Fact]
    public void A_good_boot_tells_everything()
    {
        Feed(Good);
        Assert.Equal((1, "BK7231N", "1.18.299"), (log.BootCount, log.Chip, log.Version));
        Assert.Equal((4711, "Plug_112233"), (log.ChangeCount, log.AccessPointName));
        Assert.Equal((true, true, false, false), (log.IsBootComplete, log.RadioStarted, log.ConfigRejected, log.SafeMode));
        Assert.Equal((Good.Length, 1.0), (log.ByteCount, log.PrintableShare));
    }

    [Theory, InlineData(1), InlineData(2), InlineData(7), InlineData(64)]
    public void It_does_not_matter_how_the_log_is_cut(int bytes)
    {
        byte[] all = Encoding.UTF8.GetBytes(Good.Replace("\n", "\r\n", StringComparison.Ordinal));
        for (int at = 0; at < all.Length; at += bytes)
            log.Feed(all.AsSpan(at, Math.Min(bytes, all.Length - at)));
        Assert.Equal((1, "BK7231N", "1.18.299", (int?)4711), (log.BootCount, log.Chip, log.Version, log.ChangeCount));
        Assert.Equal((true, true, "Plug_112233"), (log.IsBootComplete, log.RadioStarted, log.AccessPointName));
    }

    [Fact]
    public void Nothing_came_is_nothing_seen_and_wholly_printable()
    {
        Assert.Equal((0L, 1.0, 0), (log.ByteCount, log.PrintableShare, log.BootCount));
        Assert.Equal((null, null, null, null), (log.Chip, log.Version, log.ChangeCount, log.AccessPointName));
        Assert.Equal("", log.RedactedText([]));
    }

    [Theory]
    [InlineData("Warn:CFG:CFG_InitAndLoad: Config crc or ident mismatch. Default config will be loaded.\r\n", true, false)]
    [InlineData("Info:MAIN:###### safe mode activated - boot failures 6\r\n", false, true)]
    [InlineData("[SAFE] Time 1, idle 0/s\r\n", false, true)]
    public void Rejected_configurations_and_safe_mode_are_seen(string line, bool rejected, bool safe)
    {
        Feed("OpenBK7231T, version 1.18.299\r\n" + line);
        Assert.Equal((rejected, safe), (log.ConfigRejected, log.SafeMode));
    }

    [Theory]
    [InlineData("Info:MAIN:ssid:OpenBK7231N_8C112233 key: mode:0\r\n", "OpenBK7231N_8C112233")]
    [InlineData("Info:GEN:softap:ssid=my plug,channel=1,dhcp=0,cipher_type:OPEN\r\n", "my plug")]
    [InlineData("Info:MAIN:ssid:Stra\u00DFe key:geheim mode:0\r\n", "Stra\u00DFe")]
    [InlineData("Info:GEN:sta:rssi=-50,ssid=home,bssid=00:11:22:33:44:55,channel=6\r\n", null)]
    [InlineData("Info:MAIN:Connecting to SSID [home]\r\n", null)]
    public void The_access_point_is_told_from_the_network_it_joins(string line, string? name)
    {
        Feed(line);
        Assert.Equal(name, log.AccessPointName);
    }

    [Theory]
    [InlineData("Info:MAIN:Boot comple#Startup delayed 240ms#\r\nte time reached (5 seconds)\r\n")]
    [InlineData("[bk]tx_txdesc_flu#Startup delayed 0ms#\r\nInfo:MAIN:Boot complete time reached (5 seconds)")]
    [InlineData("^^xxInfo:M\0\xFF" + "AIN:Boot complete time reached (5")]
    public void Lines_that_interleave_or_are_damaged_still_count(string text)
    {
        Feed(text);
        Assert.True(log.IsBootComplete);
    }

    [Fact]
    public void A_loader_and_its_application_are_one_start_and_every_next_one_counts()
    {
        Feed("V:BK7231S_1.0.5\r\nOpenBK7231T, version 1.18.299\r\n");
        Assert.Equal(1, log.BootCount);
        Feed("OpenBK7231T, version 1.18.299\r\n");
        Assert.Equal(2, log.BootCount);
        Feed("V:BK7231S_1.0.5\r\nV:BK7231S_1.0.5\r\n");
        Assert.Equal(4, log.BootCount);
    }

    [Fact]
    public void A_restart_forgets_what_the_start_before_had_reached_but_not_whether_its_radio_started()
    {
        Feed(Good + "V:BK7231N_1.0.1\r\n");
        Assert.Equal((2, false, null, null), (log.BootCount, log.IsBootComplete, log.ChangeCount, log.AccessPointName));
        Assert.True(log.RadioStarted);
        Feed("OpenBK7231N, version 1.18.299\r\nV:BK7231N_1.0.1\r\n");
        Assert.Equal((3, false), (log.BootCount, log.RadioStarted));
    }

    [Fact]
    public void The_order_of_events_in_one_lump_is_kept()
    {
        Feed("#Startup delayed 0ms#\r\nV:BK7231N_1.0.1\r\nV:BK7231N_1.0.1\r\n");
        Assert.Equal((2, false), (log.BootCount, log.RadioStarted));
    }

    [Fact]
    public void Half_a_pattern_never_counts()
    {
        Feed("OpenBK7231N, version 1.18.2");
        Assert.Null(log.Version);
        Feed("99\r\nCorrect config has been loaded with 47");
        Assert.Equal(("1.18.299", null), (log.Version, log.ChangeCount));
        Feed("11 changes count.");
        Assert.Equal(4711, log.ChangeCount);
    }

    [Fact]
    public void The_share_of_printable_bytes_is_counted()
    {
        log.Feed([(byte)'a', 0x00, 0x80, (byte)'\n', (byte)'\t']);
        Assert.Equal(0.6, log.PrintableShare);
    }

    [Fact]
    public void Law_8_no_password_is_in_the_text()
    {
        Feed(Good + "custom line with known-value\r\nand its beginning known-va");
        string text = log.RedactedText(["known-value"]);
        Assert.DoesNotContain("canary-secret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("known-va", text, StringComparison.Ordinal);
        Assert.Contains("Using SSID [shop]", text, StringComparison.Ordinal);
    }

    [Theory, InlineData(0), InlineData(3), InlineData(8), InlineData(20)]
    public void Law_8_a_password_that_is_cut_by_the_bound_leaves_nothing_behind(int cut)
    {
        const string line = "Info:MAIN:Using Pass [canary-secret]\r\n";
        Feed(line);
        byte[] filler = Encoding.ASCII.GetBytes(new string('x', 77) + "\r\n");
        while (log.ByteCount < ObkBootLog.MostBytes)
            log.Feed(filler);
        Feed(new string('y', (int)(ObkBootLog.MostBytes + line.IndexOf("canary", StringComparison.Ordinal) + cut - log.ByteCount)));
        string text = log.RedactedText([]);
        Assert.True(text.Length <= ObkBootLog.MostBytes);
        Assert.Contains("dropped", text, StringComparison.Ordinal);
        Assert.DoesNotContain("ret]", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_bytes_do_no_harm_are_bounded_and_hide_nothing_that_follows() => Fuzz.Run(6, random =>
    {
        var hostile = new ObkBootLog();
        string[] pieces = ["OpenBK7231N, version ", "ssid:", " key:", "Correct config has been loaded with 999999999 changes count", "#Startup delayed ", "Using Pass [", "\r\n", "V:BK7231N_1."];
        for (int lump = 0; lump < 30; lump++)
        {
            byte[] bytes = new byte[random.Next(1, 20000)];
            random.NextBytes(bytes);
            byte[] piece = Encoding.ASCII.GetBytes(pieces[random.Next(pieces.Length)]);
            piece.AsSpan(0, Math.Min(piece.Length, bytes.Length)).CopyTo(bytes.AsSpan(random.Next(Math.Max(1, bytes.Length - piece.Length + 1))));
            hostile.Feed(bytes);
        }

        hostile.Feed(Encoding.ASCII.GetBytes("\r\n" + Good));
        Assert.True(hostile.IsBootComplete);
        Assert.Equal("1.18.299", hostile.Version);
        Assert.True(hostile.RedactedText(["canary"]).Length <= ObkBootLog.MostBytes + 100);
        Assert.DoesNotContain("canary", hostile.RedactedText([]), StringComparison.Ordinal);
    });

    [Fact]
    public async Task Reading_while_another_thread_feeds_is_safe()
    {
        byte[] bytes = Encoding.ASCII.GetBytes(Good);
        Task feeding = Task.Run(() =>
        {
            for (int round = 0; round < 200; round++)
                log.Feed(bytes);
        }, TestContext.Current.CancellationToken);
        while (!feeding.IsCompleted)
        {
            _ = log.RedactedText(["x"]);
            Assert.InRange(log.BootCount, 0, 200);
        }

        await feeding;
        Assert.Equal((200, 200L * bytes.Length), (log.BootCount, log.ByteCount));
    }

    private void Feed(string text) => log.Feed(Encoding.UTF8.GetBytes(text));
}
