namespace ProvisionStation.Beken.BootLoader;

/// <summary>A request as it goes on the wire, and what its answer must look like.</summary>
/// <param name="Bytes">The request.</param>
/// <param name="IsLong">Which form the answer has.</param>
/// <param name="ReplyOpcode">The opcode the answer carries.</param>
/// <param name="Echo">What the answer's payload must begin with: the address or the parameters asked for.</param>
/// <param name="PayloadBytes">The answer's exact payload length; null where it varies.</param>
internal sealed record Command(byte[] Bytes, bool IsLong, byte ReplyOpcode, byte[] Echo, int? PayloadBytes)
{
    /// <summary>Bytes of the answer on the wire when it succeeds; of a varying one at least.</summary>
    public int ReplyBytes => (IsLong ? ReceiveBuffer.LongHeaderBytes : ReceiveBuffer.ShortHeaderBytes) + (PayloadBytes ?? Echo.Length);

    /// <summary>True where <paramref name="response"/> answers this request, with success or with an error status.</summary>
    /// <remarks>A refusal need not echo what was asked: l_bootloader replaces low address bytes in it.</remarks>
    public bool IsAnsweredBy(Response response)
    {
        if (response.IsLong != IsLong || response.Opcode != ReplyOpcode)
            return false;
        if (response.Status != 0)
            return true;
        return (PayloadBytes is null || response.Payload.Length == PayloadBytes) && response.Payload.AsSpan().StartsWith(Echo);
    }
}
