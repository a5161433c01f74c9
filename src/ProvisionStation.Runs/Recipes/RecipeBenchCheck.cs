using ProvisionStation.Bench;
using ProvisionStation.Bench.Jigs;

namespace ProvisionStation.Runs.Recipes;

/// <summary>Says whether a jig can do what a recipe asks.</summary>
public static class RecipeBenchCheck
{
    /// <summary>Checks every slot.</summary>
    /// <exception cref="ConfigurationException">With the jig's file and the slot's line.</exception>
    public static void Check(Recipe recipe, Jig jig)
    {
        if (recipe.Product.Supply != jig.Supply)
        {
            throw new ConfigurationException(
                jig.File, null, "supply", $"the jig feeds {InWords(jig.Supply)}, recipe {recipe.Name} has its limits for {InWords(recipe.Product.Supply)}", "Use a jig and a recipe for the same rail.");
        }

        foreach (JigSlot slot in jig.Slots)
        {
            if (recipe.Has(RecipeSteps.Current) && slot.Meter is null)
                throw Missing(jig, slot, "meter", "the step 'current'", "a 'meter:' for the slot, or a recipe without 'current' that has 'log'");
            if ((recipe.Has(RecipeSteps.Log) || (recipe.Has(RecipeSteps.Confirm) && !recipe.ConfirmByReadBack)) && slot.Log is null)
                throw Missing(jig, slot, "log", "the steps 'log' and 'confirm'", "a 'log:' port for the slot, or a recipe without 'log' that has 'confirm: read-back'");
        }
    }

    private static ConfigurationException Missing(Jig jig, JigSlot slot, string field, string step, string allowed) =>
        new(jig.File, slot.Line, $"slots[{slot.Number}].{field}", $"slot {slot.Number} has none, and the recipe has {step}", $"Needed: {allowed}.");

    private static string InWords(JigSupply supply) => supply == JigSupply.FiveVolt ? "5V" : "3V3";
}
