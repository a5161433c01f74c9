using ProvisionStation.Simulator.Firmware;
using ProvisionStation.Simulator.Modules;

namespace ProvisionStation.Tests.Simulator;

public sealed class UnitTests
{
    private const string LinkCheck = "01E0FC0100";
    private const string Linked = "040E0501E0FC0100";

    [Fact]
    public void Bytes_sent_while_off_are_lost()
    {
        LoaderTalk talk = LoaderTalk.Off("n");
        talk.Unit.Hear(Convert.FromHexString(LinkCheck), talk.HostRate, talk.Now);
        talk.Unit.PowerOn(talk.Now);
        Assert.Empty(talk.Listen(0.05));
        Assert.Equal(Linked, talk.Ask(LinkCheck));
    }

    [Fact]
    public void An_answer_under_way_is_lost_with_the_power()
    {
        LoaderTalk talk = LoaderTalk.Linked("n");
        talk.Ask("01E0FCFFF405000900000000", 0.1);
        talk.Unit.PowerOff(talk.Now);
        Assert.Empty(talk.Listen(1));
        Assert.Equal(UnitPhase.Off, talk.Unit.Phase);
    }

    [Theory]
    [InlineData("n", 0.09, UnitPhase.Loader)]
    [InlineData("n", 0.11, UnitPhase.Booting)]
    [InlineData("t", 0.29, UnitPhase.Loader)]
    [InlineData("t", 0.31, UnitPhase.Booting)]
    public void Without_a_link_check_the_loader_starts_the_application(string chip, double seconds, object phase)
    {
        LoaderTalk talk = LoaderTalk.Off(chip, UnitBirth.Parse(["101"], ModuleFacts.Parse(chip)).Flash(1));
        talk.Unit.PowerOn(talk.Now);
        talk.Listen(seconds);
        Assert.Equal(phase, talk.Unit.Phase);
    }

    [Fact]
    public void A_blank_chip_does_not_boot()
    {
        LoaderTalk talk = LoaderTalk.Off("n");
        talk.Unit.PowerOn(talk.Now);
        talk.Listen(1);
        Assert.Equal(UnitPhase.Dead, talk.Unit.Phase);
        Assert.InRange(talk.Unit.Milliamperes(talk.Now), 0.5, 1.5);
    }

    [Fact]
    public void A_linked_FULL_loader_stays_and_a_BASIC_one_leaves_when_it_is_left_alone()
    {
        LoaderTalk full = LoaderTalk.Linked("n");
        full.Listen(60);
        Assert.True(full.Unit.Loader.IsLinked);
        LoaderTalk basic = LoaderTalk.Linked("t", UnitBirth.Parse(["101"], ModuleFacts.Parse("t")).Flash(1));
        basic.Listen(4.5);
        Assert.Equal(UnitPhase.Loader, basic.Unit.Phase);
        basic.Listen(2);
        Assert.Equal(UnitPhase.Booting, basic.Unit.Phase);
    }

    [Fact]
    public void A_new_bit_rate_counts_at_once_and_is_confirmed_after_its_delay()
    {
        LoaderTalk talk = LoaderTalk.Linked("n");
        Assert.Empty(talk.Ask("01E0FC060F 60E31600 32", 0.045));
        Assert.Equal(1_500_000, talk.Unit.Loader.BitRate);
        Assert.Equal("040E0901E0FC0F60E3160032", Convert.ToHexString(talk.Listen(0.01)));
        talk.HostRate = 1_500_000;
        Assert.Equal(Linked, talk.Ask(LinkCheck));
    }

    [Fact]
    public void Another_bit_rate_than_the_units_garbles()
    {
        LoaderTalk talk = LoaderTalk.Linked("n");
        talk.HostRate = 921600;
        for (int round = 0; round < 50; round++)
            Assert.Equal("", talk.Ask(LinkCheck, 0.1));
        talk.HostRate = 117_000;
        Assert.Equal(Linked, talk.Ask(LinkCheck));
    }

    [Fact]
    public void A_bit_rate_that_is_refused_changes_nothing()
    {
        LoaderTalk talk = LoaderTalk.Linked("n", null, "refuse-baud:1500000");
        Assert.Equal("", talk.Ask("01E0FC060F 60E31600 32"));
        Assert.Equal(Linked, talk.Ask(LinkCheck));
    }

    [Theory]
    [InlineData(115200, 0.3569)]
    [InlineData(1_500_000, 0.0275)]
    public void A_sector_takes_its_time_on_the_wire(int rate, double seconds)
    {
        LoaderTalk talk = LoaderTalk.Linked("n");
        talk.Ask([0x01, 0xE0, 0xFC, 0x06, 0x0F, .. BitConverter.GetBytes(rate), 0x01]);
        talk.HostRate = rate;
        Assert.InRange(talk.Ask(Convert.FromHexString("01E0FCFFF405000900100100"), seconds * 0.98).Length, 3800, 4110);
        talk.Listen(seconds * 0.08);
        Assert.False(talk.Unit.Uart.IsBusy);
    }

    [Fact]
    public void A_BASIC_loader_erases_after_a_link_check_and_not_after_a_crc()
    {
        LoaderTalk talk = LoaderTalk.Linked("t", new byte[0x200000]);
        talk.Ask("01E0FC0910 00000200 FF0F0200");
        talk.Ask("01E0FCFFF406000F20 00000200");
        Assert.Equal(0x00, talk.Unit.Flash.Content[0x20000]);
        talk.Ask(LinkCheck);
        talk.Ask("01E0FCFFF406000F20 00000200");
        Assert.Equal(0xFF, talk.Unit.Flash.Content[0x20000]);
    }

    [Fact]
    public void A_FULL_chip_that_is_protected_says_ok_and_does_nothing()
    {
        LoaderTalk talk = LoaderTalk.Linked("n", new byte[0x200000]);
        Assert.Equal("040EFF01E0FCF407000F002000000200", talk.Ask("01E0FCFFF406000F20 00000200"));
        Assert.Equal(0x00, talk.Unit.Flash.Content[0x20000]);
        talk.Ask("01E0FCFFF404000D010000");
        talk.Ask("01E0FCFFF406000F20 00000200");
        Assert.Equal(0xFF, talk.Unit.Flash.Content[0x20000]);
    }

    [Fact]
    public void Power_lost_in_the_middle_of_a_write_leaves_half_a_sector()
    {
        LoaderTalk talk = LoaderTalk.Linked("n");
        talk.Ask("01E0FCFFF404000D010000");
        talk.Ask(LoaderTalk.WriteRequest(0x20000, new byte[4096]), 0.1800);
        talk.Unit.PowerOff(talk.Now);
        ReadOnlySpan<byte> sector = talk.Unit.Flash.Content.AsSpan(0x20000, 4096);
        int written = sector.IndexOfAnyExcept((byte)0);
        Assert.InRange(written, 1500, 2500);
        Assert.True(sector[3000..].IndexOfAnyExcept((byte)0xFF) < 0, "what had not come yet was written");
    }

    [Fact]
    public void Power_lost_in_the_middle_of_a_block_erase_leaves_half_a_block()
    {
        LoaderTalk talk = LoaderTalk.Linked("n", new byte[0x200000]);
        talk.Ask("01E0FCFFF404000D010000");
        talk.Ask("01E0FCFFF406000FD8 00000200", 0.080);
        talk.Unit.PowerOff(talk.Now);
        int erased = talk.Unit.Flash.Content.AsSpan(0x20000, 0x10000).IndexOfAnyExcept((byte)0xFF);
        Assert.InRange(erased, 0x4000, 0xC000);
        Assert.Equal(0x00, talk.Unit.Flash.Content[0x2FFFF]);
    }

    [Fact]
    public void A_touched_loader_kills_a_BASIC_chip_only()
    {
        foreach ((string chip, UnitPhase phase) in new[] { ("t", UnitPhase.Dead), ("n", UnitPhase.Loader) })
        {
            LoaderTalk talk = LoaderTalk.Linked(chip, new byte[0x200000]);
            talk.Ask("01E0FCFFF404000D010000");
            talk.Ask("01E0FCFFF406000F20 00002000");
            talk.Unit.PowerOff(talk.Now);
            talk.Unit.PowerOn(talk.Now);
            Assert.Equal(phase, talk.Unit.Phase);
        }
    }

    [Fact]
    public void Garbage_is_noise_without_an_answer()
    {
        LoaderTalk talk = LoaderTalk.Off("n", null, "garbage");
        talk.Unit.PowerOn(talk.Now);
        byte[] noise = talk.Ask(Convert.FromHexString(LinkCheck), 1);
        Assert.InRange(noise.Length, 1_000, 12_000);
        Assert.True(noise.AsSpan().IndexOf(Convert.FromHexString(Linked)) < 0);
    }

    [Fact]
    public void Late_link_replies_come_late_and_twice()
    {
        LoaderTalk talk = LoaderTalk.Off("n", null, "late-link-replies");
        talk.Unit.PowerOn(talk.Now);
        Assert.Equal("", talk.Ask(LinkCheck, 0.028));
        Assert.Equal(Linked + Linked, Convert.ToHexString(talk.Listen(0.1)));
    }

    [Fact]
    public void OpenBeken_boots_from_its_image_and_five_short_boots_bring_safe_mode()
    {
        byte[] flash = UnitBirth.Parse(["101"], ModuleFacts.Parse("n")).Flash(1);
        byte[] image = SyntheticImage.Qio(SimChip.N, "1.18.299");
        image.AsSpan(0x11000).CopyTo(flash.AsSpan(0x11000));
        LoaderTalk talk = LoaderTalk.Off("n", flash);
        for (int boot = 0; boot < 5; boot++)
        {
            talk.Unit.PowerOn(talk.Now);
            talk.Listen(3);
            talk.Unit.PowerOff(talk.Now);
        }

        Assert.True(talk.Unit.Boots.NextIsSafeMode);
        Assert.False(talk.Unit.Boots.LastComplete);
        talk.Unit.PowerOn(talk.Now);
        talk.Listen(8);
        Assert.Equal(UnitPhase.Up, talk.Unit.Phase);
        Assert.Equal((6, 1, false), (talk.Unit.Boots.Starts, talk.Unit.Boots.Complete, talk.Unit.Boots.NextIsSafeMode));
        Assert.Equal("OpenBK7231N 1.18.299", talk.Unit.Boots.Firmware);
    }

    [Theory]
    [InlineData("n", "", 55, 80)]
    [InlineData("t", "", 85, 115)]
    [InlineData("n", "over-current", 250, 270)]
    [InlineData("n", "current-high", 150, 170)]
    [InlineData("n", "current-low", 28, 38)]
    [InlineData("n", "stalled-boot", 12, 18)]
    [InlineData("n", "silent-boot", 12, 18)]
    [InlineData("n", "no-boot", 0.8, 1.2)]
    public void The_mean_current_tells_what_a_unit_does(string chip, string fault, double low, double high)
    {
        byte[] flash = UnitBirth.Parse(["101"], ModuleFacts.Parse(chip)).Flash(1);
        LoaderTalk talk = LoaderTalk.Off(chip, flash, fault.Length == 0 ? [] : [fault]);
        talk.Unit.PowerOn(talk.Now);
        talk.Listen(10);
        Assert.InRange(Enumerable.Range(0, 500).Average(_ => talk.Unit.Milliamperes(talk.Now)), low, high);
    }
}
