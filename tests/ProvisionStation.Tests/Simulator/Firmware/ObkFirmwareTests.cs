using System.Buffers.Binary;
using System.Text;
using ProvisionStation.Simulator.Firmware;
using ProvisionStation.Tests.Obk;

namespace ProvisionStation.Tests.Simulator.Firmware;

public sealed class ObkFirmwareTests
{
    private static readonly byte[] UnitMac = [0x38, 0x1F, 0x8D, 0xA1, 0xB2, 0xC3];

    [Theory]
    [InlineData("01-default-n", "N")]
    [InlineData("02-cb2s-plug-n", "N")]
    [InlineData("03-wifi-mqtt-n", "N")]
    [InlineData("06-v3-n-upgraded", "N")]
    [InlineData("06-v3-n", "N")]
    [InlineData("07-v4-n", "N")]
    [InlineData("08-bk7252-layout", "Bk7252")]
    public void A_configuration_of_the_firmwares_own_making_is_loaded_and_left_alone(string vector, string chip)
    {
        ObkVector expected = ObkVector.Load(vector);
        byte[] flash = Flash(Enum.Parse<SimChip>(chip), expected.Bytes);
        byte[] before = [.. flash];
        ObkFirmware firmware = ObkFirmware.Boot(flash, Enum.Parse<SimChip>(chip), "1.18.299", safeMode: false);
        Assert.True(firmware.ConfigAccepted);
        Assert.Equal(expected.Expected["changeCounter"]!.GetValue<int>(), firmware.ChangeCount);
        Assert.Equal(expected.Text("longDeviceName"), firmware.LongName);
        Assert.Equal(expected.Text("wifi_ssid"), firmware.Ssid);
        Assert.Contains($"loaded with {firmware.ChangeCount} changes count.", Text(firmware), StringComparison.Ordinal);
        Assert.True(flash.AsSpan().SequenceEqual(before));
    }

    [Fact]
    public void A_loaded_configuration_whose_startup_command_sets_a_type_is_saved_with_it()
    {
        ObkVector expected = ObkVector.Load("04-long-startup-n");
        byte[] flash = Flash(SimChip.N, expected.Bytes);
        Assert.True(ObkFirmware.Boot(flash, SimChip.N, "1.18.299", safeMode: false).ConfigAccepted);
        int[] changed = [.. Enumerable.Range(0, 3584).Where(offset => flash[0x1D1000 + offset] != expected.Bytes[offset])];
        Assert.Equal([0x003, 0x010, 0x39E + 2], changed);
        Assert.Equal(2, flash[0x1D139E + 2]);
    }

    [Fact]
    public void All_pins_of_a_T_are_loaded_and_flag_13_is_cleared_if_set()
    {
        ObkVector expected = ObkVector.Load("05-all-pins-t");
        byte[] flash = Flash(SimChip.T, expected.Bytes);
        ObkFirmware firmware = ObkFirmware.Boot(flash, SimChip.T, "1.18.299", safeMode: false);
        Assert.True(firmware.ConfigAccepted);
        bool hadFlag = expected.FlagsSet.Contains(13);
        Assert.Equal(hadFlag ? 3 : 2, BinaryPrimitives.ReadUInt16LittleEndian(flash.AsSpan(0x1E1010)));
    }

    [Fact]
    public void The_first_boot_makes_the_very_bytes_that_the_real_firmware_makes()
    {
        ObkVector expected = ObkVector.Load("01-default-n");
        byte[] flash = Flash(SimChip.N, [], expected.DeviceMac);
        ObkFirmware firmware = ObkFirmware.Boot(flash, SimChip.N, "1.18.299", safeMode: false);
        Assert.False(firmware.ConfigAccepted);
        Assert.Equal(1, firmware.ChangeCount);
        Assert.True(firmware.OpensAccessPoint);
        Assert.Equal(Convert.ToHexString(expected.Bytes), Convert.ToHexString(flash.AsSpan(0x1D1000, 3584)));
        Assert.False(flash.AsSpan(0x1D1000 + 3584, 512).ContainsAnyExcept((byte)0xFF));
        Assert.Contains("Config crc or ident mismatch. Default config will be loaded.", Text(firmware), StringComparison.Ordinal);
        Assert.DoesNotContain("Correct config", Text(firmware), StringComparison.Ordinal);
        Assert.True(ObkFirmware.Boot(flash, SimChip.N, "1.18.299", safeMode: false).ConfigAccepted);
    }

    [Theory]
    [InlineData(2, true, false)]
    [InlineData(6, false, true)]
    [InlineData(100, false, true)]
    [InlineData(int.MaxValue, false, true)]
    public void Versions_are_judged_by_the_CRC_range_they_come_with(int version, bool isShortCrc, bool isAccepted)
    {
        byte[] blob = Blob(bytes => BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), version), isShortCrc ? 2016 : 3584);
        byte[] flash = Flash(SimChip.N, blob);
        Assert.Equal(isAccepted, ObkFirmware.Boot(flash, SimChip.N, "1.18.299", safeMode: false).ConfigAccepted);
        // Accepted without a word and without a write; rejected means overwritten at once.
        Assert.Equal(isAccepted, flash.AsSpan(0x1D1000, 3584).SequenceEqual(blob));
    }

    [Fact]
    public void Version_2_over_the_long_range_is_loaded_with_a_new_client_id_and_saved()
    {
        byte[] flash = Flash(SimChip.N, Blob(bytes => BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), 2)));
        ObkFirmware firmware = ObkFirmware.Boot(flash, SimChip.N, "1.18.299", safeMode: false);
        Assert.True(firmware.ConfigAccepted);
        Assert.Contains("Old config version found", Text(firmware), StringComparison.Ordinal);
        Assert.Equal("obk8DA1B2C3\0", Encoding.ASCII.GetString(flash, 0x1D1194, 12));
        Assert.Equal(5, BinaryPrimitives.ReadInt32LittleEndian(flash.AsSpan(0x1D1004)));
        Assert.Equal(3, flash[0x1D1010]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(0x5E0)]
    [InlineData(3583)]
    public void A_flipped_bit_in_any_field_is_rejected_and_overwritten(int offset)
    {
        byte[] blob = ObkVector.Load("02-cb2s-plug-n").Bytes;
        blob[offset] ^= 0x40;
        byte[] flash = Flash(SimChip.N, blob);
        Assert.False(ObkFirmware.Boot(flash, SimChip.N, "1.18.299", safeMode: false).ConfigAccepted);
        Assert.Equal("OpenBK7231N_8DA1B2C3\0", Encoding.ASCII.GetString(flash, 0x1D12FE, 21));
        Assert.Equal(1, flash[0x1D1010]);
    }

    [Fact]
    public void The_CRC_that_ordinary_tools_compute_is_rejected()
    {
        byte[] blob = ObkVector.Load("02-cb2s-plug-n").Bytes;
        blob[3] = PlainCrc8(blob.AsSpan(4));
        Assert.False(ObkFirmware.Boot(Flash(SimChip.N, blob), SimChip.N, "1.18.299", safeMode: false).ConfigAccepted);
    }

    [Fact]
    public void What_the_firmware_completes_it_saves_with_the_counter_raised_once()
    {
        byte[] flash = Flash(SimChip.N, Blob(bytes =>
        {
            bytes.AsSpan(0x53C, 24).Clear();
            bytes[9] |= 0x20;
            bytes[0x33E + 7] = 21;
        }));
        ObkFirmware firmware = ObkFirmware.Boot(flash, SimChip.N, "1.18.299", safeMode: false);
        Assert.True(firmware.ConfigAccepted);
        Assert.Equal(2, firmware.ChangeCount);
        Assert.Equal(3, flash[0x1D1010]);
        Assert.Equal(0x00, flash[0x1D1009] & 0x20);
        Assert.Equal("0201000403", Convert.ToHexString(flash.AsSpan(0x1D1537, 5)));
        Assert.Equal("0000803F", Convert.ToHexString(flash.AsSpan(0x1D153C, 4)));
        Assert.Contains("setting defaults", Text(firmware), StringComparison.Ordinal);
        Assert.Equal(3, ObkFirmware.Boot(flash, SimChip.N, "1.18.299", safeMode: false).ChangeCount);
    }

    [Theory]
    [InlineData("SetFlag 21 1", 0x1D100A, 0x20)]
    [InlineData("backlog startDriver BL0937; setflag 21 1; SetChannelType 3 toggle", 0x1D139E + 3, 6)]
    [InlineData("SetChannelType 63 7", 0x1D139E + 63, 7)]
    [InlineData("powersave 1\nSetStartValue 1 -1", 0x1D13DE + 2, 0xFF)]
    [InlineData("Flags 2098176", 0x1D100A, 0x20)]
    public void What_the_startup_command_sets_is_saved_once_with_the_counter_raised(string command, int address, int value)
    {
        byte[] flash = Flash(SimChip.N, Blob(bytes => Encoding.ASCII.GetBytes(command, bytes.AsSpan(0x5E0))));
        Assert.Equal(2, ObkFirmware.Boot(flash, SimChip.N, "1.18.299", safeMode: false).ChangeCount);
        Assert.Equal(value, flash[address]);
        Assert.Equal(3, flash[0x1D1010]);
        Assert.Equal(3, ObkFirmware.Boot(flash, SimChip.N, "1.18.299", safeMode: false).ChangeCount);
        Assert.Equal(3, flash[0x1D1010]);
    }

    [Theory]
    [InlineData("SetFlag 64 1")]
    [InlineData("SetFlag -1 1")]
    [InlineData("SetFlag 10 1")]
    [InlineData("SetFlag 21 2")]
    [InlineData("SetChannelType 64 6")]
    [InlineData("SetChannelType 1 nonsense")]
    [InlineData("SetStartValue 1 99999")]
    [InlineData("SetFlag 21 1; SetFlag 22 1")]
    [InlineData("backlog ;;; ;")]
    [InlineData("startDriver NTP")]
    public void A_startup_command_that_sets_nothing_new_saves_nothing(string command)
    {
        byte[] flash = Flash(SimChip.N, Blob(bytes => Encoding.ASCII.GetBytes(command, bytes.AsSpan(0x5E0))));
        byte[] before = [.. flash];
        ObkFirmware.Boot(flash, SimChip.N, "1.18.299", safeMode: false);
        Assert.True(flash.AsSpan().SequenceEqual(before));
    }

    [Fact]
    public void In_safe_mode_the_startup_command_does_not_run()
    {
        byte[] flash = Flash(SimChip.N, Blob(bytes => Encoding.ASCII.GetBytes("SetFlag 21 1", bytes.AsSpan(0x5E0))));
        ObkFirmware.Boot(flash, SimChip.N, "1.18.299", safeMode: true);
        Assert.Equal(2, flash[0x1D1010]);
    }

    [Fact]
    public void The_log_tells_the_boot_in_order_up_to_an_open_access_point()
    {
        ObkFirmware firmware = Boot("02-cb2s-plug-n");
        string log = Text(firmware);
        string[] order =
        [
            "OpenBK7231N, version 1.18.299\r\n", "loaded with 2 changes count.", "[bk]tx_txdesc_flu#Startup delayed 0ms#", "Using SSID []",
            "Time 1, ", "no flash configuration", $"ssid:{firmware.LongName} key: mode:0", "Boot complete time reached (5 seconds)",
            "mac=38:1f:8d:a1:b2:c3", "softap: 1",
        ];
        int at = 0;
        foreach (string line in order)
        {
            int found = log.IndexOf(line, at, StringComparison.Ordinal);
            Assert.True(found >= 0, $"'{line}' is missing behind {at}");
            at = found;
        }
        Assert.DoesNotContain("SAFE", log, StringComparison.Ordinal);
        Assert.All(firmware.Log, line => Assert.EndsWith("\r\n", Encoding.Latin1.GetString(line.Text), StringComparison.Ordinal));
        Assert.Equal(firmware.Log.Select(line => line.Second).Order(), firmware.Log.Select(line => line.Second));
        Assert.Equal(29, firmware.Log.Count(line => line.Text.AsSpan().IndexOf("Time "u8) >= 0));
        Assert.InRange(firmware.Log.Single(line => line.Text.AsSpan().IndexOf("Boot complete"u8) >= 0).Second, 5.5, 6.5);
    }

    [Fact]
    public void A_unit_with_a_network_prints_its_passwords_and_opens_no_access_point()
    {
        ObkFirmware firmware = Boot("03-wifi-mqtt-n");
        Assert.False(firmware.OpensAccessPoint);
        Assert.Contains("Using Pass [correct horse battery staple!]", Text(firmware), StringComparison.Ordinal);
        Assert.Contains("mqtt_pass p@ss;w0rd&=%", Text(firmware), StringComparison.Ordinal);
        Assert.Contains("WIFI_STA_CONNECTED - 4", Text(firmware), StringComparison.Ordinal);
        Assert.DoesNotContain("key: mode:0", Text(firmware), StringComparison.Ordinal);
    }

    [Fact]
    public void Safe_mode_says_so_and_opens_the_access_point_whatever_is_configured()
    {
        ObkFirmware firmware = Boot("03-wifi-mqtt-n", safeMode: true);
        Assert.True(firmware.OpensAccessPoint);
        Assert.Contains("safe mode activated", Text(firmware), StringComparison.Ordinal);
        Assert.Contains("[SAFE] Time 1", Text(firmware), StringComparison.Ordinal);
        Assert.Contains("key: mode:0", Text(firmware), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(32, true)]
    [InlineData(33, false)]
    public void A_name_longer_than_an_SSID_breaks_the_access_point(int length, bool opens)
    {
        byte[] flash = Flash(SimChip.N, Blob(bytes =>
        {
            bytes.AsSpan(0x2FE, 64).Clear();
            bytes.AsSpan(0x2FE, length).Fill((byte)'x');
        }));
        ObkFirmware firmware = ObkFirmware.Boot(flash, SimChip.N, "1.18.299", safeMode: false);
        Assert.Equal(opens, firmware.OpensAccessPoint);
        Assert.Equal(opens, Text(firmware).Contains("softap: 1", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("N", "OpenBK7231N_8C000000", true)]
    [InlineData("T", "OpenBK7231T_8C000000", false)]
    [InlineData("Bk7238", "OpenBK7238_8C428848", false)]
    public void Without_its_RF_sector_a_unit_takes_the_placeholder_MAC_and_N_keeps_it(string name, string longName, bool isWritten)
    {
        SimChip chip = Enum.Parse<SimChip>(name);
        byte[] flash = new byte[0x200000];
        flash.AsSpan().Fill(0xFF);
        Assert.Equal(longName, ObkFirmware.Boot(flash, chip, "1.18.299", safeMode: false).LongName);
        Assert.Equal(isWritten ? "C8478C000000" : null, FlashReader.Mac(flash, chip) is { } mac ? Convert.ToHexString(mac) : null);
    }

    [Fact]
    public void Random_sectors_are_judged_by_ident_and_CRC_without_harm()
    {
        const int seed = 4711;
        for (int round = 0; round < 100; round++)
        {
            byte[] blob = new byte[3584];
            new SeededBytes((ulong)(seed + round)).Fill(blob);
            if (round % 2 == 0)
            {
                "CFG"u8.CopyTo(blob);
                blob[3] = Crc8.Of(blob.AsSpan(4));
            }
            ObkFirmware firmware = ObkFirmware.Boot(Flash(SimChip.N, blob), SimChip.N, "1.18.299", safeMode: round % 3 == 0);
            Assert.True(firmware.ConfigAccepted == (round % 2 == 0), $"seed {seed + round}");
        }
    }

    [Theory]
    [InlineData("N", "V:BK7231N_1.0.1\r\n")]
    [InlineData("T", "V:BK7231S_1.0.5\r\n")]
    public void The_loader_names_itself_and_jumps_and_the_vendor_does_not_sound_like_OpenBeken(string name, string first)
    {
        SimChip chip = Enum.Parse<SimChip>(name);
        IReadOnlyList<(double Second, byte[] Text)> loader = ObkFirmware.LoaderLines(chip);
        Assert.Equal(first, Encoding.ASCII.GetString(loader[0].Text));
        Assert.Equal("J 0x10000\r\n", Encoding.ASCII.GetString(loader[^1].Text));
        Assert.All(ObkFirmware.VendorLog(chip), line => Assert.Equal(-1, line.Text.AsSpan().IndexOf("OpenBK"u8)));
        Assert.True(loader[^1].Second < ObkFirmware.VendorLog(chip)[0].Second);
    }

    private static ObkFirmware Boot(string vector, bool safeMode = false) =>
        ObkFirmware.Boot(Flash(SimChip.N, ObkVector.Load(vector).Bytes), SimChip.N, "1.18.299", safeMode);

    private static string Text(ObkFirmware firmware) => string.Concat(firmware.Log.Select(line => Encoding.Latin1.GetString(line.Text)));

    private static byte[] Blob(Action<byte[]> change, int crcEnd = 3584)
    {
        byte[] blob = ObkVector.Load("02-cb2s-plug-n").Bytes;
        change(blob);
        blob[3] = Crc8.Of(blob.AsSpan(4..crcEnd));
        return blob;
    }

    private static byte[] Flash(SimChip chip, byte[] blob, byte[]? mac = null)
    {
        byte[] flash = new byte[0x200000];
        flash.AsSpan().Fill(0xFF);
        ChipFacts facts = ChipFacts.Of(chip);
        RfSector.Write(flash.AsSpan(facts.RfSector, 0x1000), chip, mac ?? UnitMac, 1);
        blob.CopyTo(flash, facts.ConfigSector);
        return flash;
    }

    private static byte PlainCrc8(ReadOnlySpan<byte> bytes)
    {
        int crc = 0;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x8C : crc >> 1;
        }
        return (byte)crc;
    }
}
