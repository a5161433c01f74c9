namespace ProvisionStation.Speed.Campaign;

/// <summary>Records and backups of a data folder, as the station's own commands check them.</summary>
internal static class DataFolderCheck
{
    /// <summary><c>ledger verify</c> and <c>vault verify</c> must end with 0.</summary>
    public static async Task RequireWholeAsync(string data, int number, CampaignLog log)
    {
        foreach (string what in new[] { "ledger", "vault" })
        {
            Said said = await StationUnderTest.CallAsync(what, "verify", "--data", data);
            if (said.ExitCode != 0)
                log.Fail(number, $"{what} verify: {said.Tail}");
            log.Count($"{what} verified");
        }
    }
}
