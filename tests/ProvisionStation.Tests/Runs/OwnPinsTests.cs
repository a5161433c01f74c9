using ProvisionStation.Beken;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Beken.Tuya;
using ProvisionStation.Runs.Steps;

namespace ProvisionStation.Tests.Runs;

public sealed class OwnPinsTests
{
    private static readonly TuyaPin Relay = new(26, "Rel", 1, null, "rl1_pin", PinConfidence.Certain);
    private static readonly TuyaPin Button = new(24, "Btn_n", 1, null, "bt1_pin", PinConfidence.Likely);
    private static readonly TuyaPin Odd = new(7, "Btn", 1, null, "key1_pin", PinConfidence.Unknown);

    [Fact]
    public void Certain_pins_go_by_themselves()
    {
        OwnPins pins = OwnPins.Of(Findings([Relay]), null, []);
        Assert.Equal(("P26=Rel;1", null), (pins.Map, pins.Unreadable));
        Assert.Empty(pins.Unapproved);
    }

    [Theory]
    [InlineData("", 2)]
    [InlineData("likely", 1)]
    [InlineData("bt1_pin", 1)]
    [InlineData("key1_pin", 1)]
    [InlineData("likely,key1_pin", 0)]
    [InlineData("bt1_pin,key1_pin", 0)]
    [InlineData("rl1_pin", 2)]
    [InlineData("certain,unknown", 2)]
    public void Anything_else_needs_approval_by_key_or_class(string approve, int left) =>
        Assert.Equal(left, OwnPins.Of(Findings([Relay, Button, Odd]), null, approve.Split(',')).Unapproved.Count);

    [Theory]
    [InlineData("relay_pin", "", 1)]
    [InlineData("relay_pin", "relay_pin", 0)]
    [InlineData("nety_led", "", 0)]
    public void A_key_that_names_a_pin_and_is_not_understood_stops_the_unit(string key, string approve, int left)
    {
        OwnPins pins = OwnPins.Of(Findings([Relay]) with { NotUnderstood = [key] }, null, [approve]);
        Assert.Equal(left, pins.Unapproved.Count);
        Assert.Contains(key, pins.Shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_keys_that_claim_one_pin_are_named()
    {
        OwnPins pins = OwnPins.Of(Findings([Relay, Relay with { Key = "rl2_pin", Channel = 2 }]), null, ["rl1_pin", "rl2_pin"]);
        Assert.Contains("rl1_pin and rl2_pin", Assert.Single(pins.Unapproved), StringComparison.Ordinal);
    }

    [Fact]
    public void A_role_or_channel_that_OpenBeken_does_not_know_cannot_be_approved()
    {
        Assert.Single(OwnPins.Of(Findings([Relay with { Role = "Relais" }]), null, ["rl1_pin"]).Unapproved);
        Assert.Single(OwnPins.Of(Findings([Relay with { Channel = 64 }]), null, ["rl1_pin"]).Unapproved);
        Assert.Empty(OwnPins.Of(Findings([Relay with { Channel = 63 }]), null, []).Unapproved);
    }

    [Fact]
    public void With_a_wrong_checksum_no_pin_is_believed_whatever_is_approved()
    {
        OwnPins pins = OwnPins.Of(Findings([Relay]) with { UserParamKeyCrc = TuyaCrc.Bad }, null, ["rl1_pin", "likely"]);
        Assert.Null(pins.Map);
        Assert.Empty(pins.Pins);
        Assert.Contains("checksum", pins.Unreadable, StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_without_the_pin_text_says_so()
    {
        TuyaFindings none = Findings([]) with { UserParamKey = [], UserParamKeyCrc = TuyaCrc.Absent };
        Assert.Contains("holds no user_param_key", OwnPins.Of(none, null, ["likely"]).Unreadable, StringComparison.Ordinal);
        Assert.Contains("no Tuya store", OwnPins.Of(none with { Keys = [] }, null, ["likely"]).Unreadable, StringComparison.Ordinal);
        Assert.Contains("names a pin", OwnPins.Of(Findings([]), null, ["likely"]).Unreadable, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_of_the_whole_map_cannot_be_approved()
    {
        OwnPins pins = OwnPins.Of(Findings([Relay]) with { Refusals = ["two relays"] }, null, ["rl1_pin", "likely"]);
        Assert.Equal(["two relays"], pins.Unapproved);
        Assert.Equal(["two relays"], pins.Refusals);
    }

    [Fact]
    public void A_key_that_gives_a_pin_an_unknown_task_needs_approval_whatever_it_is_called()
    {
        TuyaFindings findings = Findings([Relay]) with { NotUnderstood = ["iicscl"], UnmappedPins = ["iicscl"] };
        Assert.Contains("iicscl", Assert.Single(OwnPins.Of(findings, null, []).Unapproved), StringComparison.Ordinal);
        Assert.Empty(OwnPins.Of(findings, null, ["iicscl"]).Unapproved);
    }

    [Fact]
    public void A_former_owners_start_up_command_does_not_come_along()
    {
        ObkConfig found = ObkConfig.Default(ChipModel.BK7231N, [0xC8, 0x47, 0x8C, 1, 2, 3]);
        found.SetPin(6, ObkPin.Parse("Rel;2"));
        found.StartupCommand = "Password1 canary";
        OwnPins pins = OwnPins.Of(Findings([Relay]), found, []);
        Assert.Empty(pins.Startup);
        Assert.DoesNotContain("canary", pins.Shown, StringComparison.Ordinal);
        Assert.Contains("without its start-up command", pins.Shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_start_up_command_that_belongs_to_the_pins_is_shown_with_them() =>
        Assert.Contains("startDriver BL0942", OwnPins.Of(Findings([Relay]) with { Startup = ["startDriver BL0942"] }, null, []).Shown, StringComparison.Ordinal);

    [Theory]
    [InlineData(PinConfidence.Likely, "", 1)]
    [InlineData(PinConfidence.Likely, "likely", 0)]
    [InlineData(PinConfidence.Likely, "campere", 0)]
    [InlineData(PinConfidence.Unknown, "likely", 1)]
    [InlineData(PinConfidence.Unknown, "campere", 0)]
    public void A_doubtful_value_of_a_start_up_command_needs_approval_as_a_pin_does(PinConfidence confidence, string approve, int left)
    {
        TuyaFindings findings = Findings([Relay]) with { StartupDoubts = [new TuyaDoubt("campere", "campere is 20 mA", confidence)] };
        OwnPins pins = OwnPins.Of(findings, null, [approve]);
        Assert.Equal(left, pins.Unapproved.Count);
        Assert.Empty(pins.Refusals);
    }

    [Theory]
    [InlineData("likely", true), InlineData("baud_cfg", true), InlineData("bt1_pin", true), InlineData("strange_pin", true), InlineData("iicscl", true)]
    [InlineData("onoff1", true), InlineData("campere", true), InlineData("pwmhz", true), InlineData("iicr", true), InlineData("buzzer_io", true)]
    [InlineData("certain", false), InlineData("unknown", false), InlineData("Likely", false), InlineData("bt1_lv", false), InlineData("module", false), InlineData("", false)]
    public void Only_a_class_or_a_key_that_does_something_approves(string word, bool can) => Assert.Equal(can, OwnPins.CanApprove(word));

    [Fact]
    public void A_TuyaMCU_unit_has_no_pins_unless_a_person_wants_it_so()
    {
        TuyaFindings mcu = Findings([]) with { IsTuyaMcu = true, UserParamKeyCrc = TuyaCrc.Absent };
        Assert.Contains("TuyaMCU", OwnPins.Of(mcu, null, ["likely"]).Unreadable, StringComparison.Ordinal);
        Assert.Equal("no pins", OwnPins.Of(mcu, null, ["baud_cfg"]).Map);
    }

    [Fact]
    public void An_OpenBeken_configuration_with_pins_comes_before_the_store()
    {
        ObkConfig found = ObkConfig.Default(ChipModel.BK7231N, [0xC8, 0x47, 0x8C, 1, 2, 3]);
        Assert.Equal("P26=Rel;1", OwnPins.Of(Findings([Relay]), found, []).Map);
        found.SetPin(6, ObkPin.Parse("Rel;2"));
        Assert.Equal("P6=Rel;2", OwnPins.Of(Findings([Relay]), found, []).Map);
    }

    private static TuyaFindings Findings(IReadOnlyList<TuyaPin> pins) => new(
        ChipModel.BK7231N, 0, 0x1EE000, null, "CB2S", ["user_param_key"], [new("rl1_pin", "26")], TuyaCrc.Ok, false, pins, [], [], [], []);
}
