using System.Text.Json;
using ProvisionStation.Speed.Campaign;

namespace ProvisionStation.Tests.Campaign;

/// <summary>What the campaign says of a recorded state, by the true flash: red where the record lies.</summary>
public sealed class StateJudgeTests
{
    private const string One = """{"purpose":"image","start":69632,"bytes":61440}""";
    private const string Two = One + """,{"purpose":"image","start":131072,"bytes":65536}""";
    private const string Unprotect = """{"purpose":"unprotect","start":0,"bytes":0}""";
    private const string Verified = """{"step":"verify","verdict":"PASS"}""";

    [Theory]
    [InlineData("untouched", Unprotect, "", 0, false, true)]
    [InlineData("untouched", One, "", 1, false, false)]
    [InlineData("erased", One, "", 0, false, true)]
    [InlineData("erased", One, "", 15, false, true)]
    [InlineData("erased", Two, "", 16, false, false)]
    [InlineData("erased", Unprotect, "", 0, false, false)]
    [InlineData("partly-written", Two, "", 20, false, true)]
    [InlineData("partly-written", Two, "", 300, true, true)]
    [InlineData("partly-written", Two, Verified, 300, true, false)]
    [InlineData("partly-written", Two, "", 0, false, false)]
    [InlineData("partly-written", One, "", 0, false, false)]
    [InlineData("partly-written", "", "", 20, false, false)]
    [InlineData("written", Two, Verified, 300, true, true)]
    [InlineData("written", Two, Verified, 300, false, false)]
    [InlineData("configured", Two, Verified, 300, false, false)]
    [InlineData("broken", Two, Verified, 300, false, false)]
    public void A_recorded_state_is_held_against_intents_commands_and_flash(
        string state, string intents, string steps, int touches, bool imageIsIn, bool isTrue)
    {
        RunWitness seen = new(1, "run", Truth(0, 0, false), Truth(touches, 0, imageIsIn), null, [], false);
        Assert.Equal(isTrue, !StateJudge.Wrong(seen, Run(state, intents, steps)).Any());
    }

    /// <summary>A vendor's firmware writes into its store as soon as it runs, and nowhere else.</summary>
    [Theory]
    [InlineData(0, -1, true)]
    [InlineData(0, 0x1FF000, false)]
    [InlineData(1, 0x1FF000, true)]
    [InlineData(1, 0x11000, false)]
    [InlineData(1, 0x1D1000, false)]
    [InlineData(0, 0x1D0000, true)]
    public void A_restored_unit_is_as_it_came(int boots, int changed, bool isTrue)
    {
        RunWitness seen = new(1, "run", Truth(0, 0, false), Truth(300, boots, false, changed), null, [], false) { Original = Truth(0, 0, false) };
        Assert.Equal(isTrue, !StateJudge.Wrong(seen, Run("restored", Two, "")).Any());
    }

    private static UnitTruth Truth(int touches, int boots, bool imageIsIn, int changed = -1)
    {
        ulong[] sectors = new ulong[512];
        if (changed >= 0)
            sectors[changed / 4096] = 1;
        return new UnitTruth(JsonDocument.Parse($$"""{"erases":{{touches}},"programs":0,"boots":{{boots}}}""").RootElement, "", sectors, imageIsIn);
    }

    private static JsonElement Run(string state, string intents, string steps) =>
        JsonDocument.Parse($$"""{"state":"{{state}}","intents":[{{intents}}],"steps":[{{steps}}]}""").RootElement;
}
