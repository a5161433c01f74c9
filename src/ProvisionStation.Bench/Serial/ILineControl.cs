namespace ProvisionStation.Bench.Serial;

/// <summary>The wires beside the data: asserted means the TTL pin of the adapter is low.</summary>
public interface ILineControl
{
    /// <summary>Asserts or releases RTS.</summary>
    void SetRts(bool asserted);

    /// <summary>Asserts or releases DTR.</summary>
    void SetDtr(bool asserted);

    /// <summary>Holds TX low (break), so that an unpowered unit is not fed through its receiver.</summary>
    void SetBreak(bool on);
}
