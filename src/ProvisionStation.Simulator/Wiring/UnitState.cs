using System.Text.Json.Nodes;
using ProvisionStation.Simulator.Modules;

namespace ProvisionStation.Simulator.Wiring;

/// <summary>What the witness saw of a slot and its unit, as the answer to <c>state</c>.</summary>
internal static class UnitState
{
    public static JsonObject Of(Slot slot, Unit? unit, long now)
    {
        JsonObject state = new() { ["slot"] = slot.Number, ["on"] = slot.IsOn, ["powerOns"] = slot.PowerOns, ["serial"] = unit?.Serial };
        if (unit is null)
            return state;
        LoaderCounters counters = unit.Loader.Counters;
        state["mac"] = Convert.ToHexString(unit.Mac);
        state["chip"] = unit.Chip.Word;
        state["product"] = unit.Product.Word;
        state["faults"] = new JsonArray([.. unit.Faults.All.Select(fault => (JsonNode)fault.ToString())]);
        state["powered"] = unit.IsPowered;
        state["phase"] = unit.Phase.ToString().ToLowerInvariant();
        state["mA"] = Math.Round(1000 * slot.Measure(now).Amperes, 2);
        state["bitRate"] = unit.Loader.BitRate;
        state["linked"] = unit.Loader.IsLinked;
        state["protected"] = unit.Flash.IsProtected;
        state["erases"] = unit.Flash.Erases;
        state["sectorsErased"] = unit.Flash.SectorsErased;
        state["programs"] = unit.Flash.Programs;
        state["touchedBelow11000"] = unit.Flash.TouchedBelowLoaderEnd;
        state["boots"] = unit.Boots.Starts;
        state["completeBoots"] = unit.Boots.Complete;
        state["shortBootsInARow"] = unit.Boots.ShortInARow;
        state["lastBootComplete"] = unit.Boots.LastComplete;
        state["configAccepted"] = unit.Boots.ConfigAccepted;
        state["changeCount"] = unit.Boots.ChangeCount;
        state["firmware"] = unit.Boots.Firmware;
        state["whyNoBoot"] = unit.Boots.WhyNot;
        state["commands"] = counters.Commands;
        state["reads"] = counters.Reads;
        state["crcs"] = counters.Crcs;
        state["sectorsRead"] = counters.SectorsRead;
        state["firstEraseAtCommand"] = counters.FirstEraseAtCommand;
        state["firstProgramAtCommand"] = counters.FirstProgramAtCommand;
        state["sectorsReadBeforeFirstTouch"] = counters.SectorsReadBeforeFirstTouch;
        state["wholeCrcBeforeFirstTouch"] = counters.WholeCrcBeforeFirstTouch;
        return state;
    }
}
