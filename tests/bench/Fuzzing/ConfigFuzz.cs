using System.Text;
using ProvisionStation.Beken;
using ProvisionStation.Beken.Obk;

namespace ProvisionStation.Speed.Fuzzing;

/// <summary>Damaged OpenBeken configurations, half of them with a checksum that fits again; and their JSON, damaged.</summary>
internal sealed class ConfigFuzz(IReadOnlyList<byte[]> configs)
{
    private static readonly string[] Fields =
        ["mqtt_host", "wifi_pass", "mqtt_port", "ledRemap", "pins.channelTypes[3]", "staticIP.netMask", "cal[7]", "mac", "led_corr.rgb_cal", "crc", "unused"];

    private static readonly string[] Values = ["", "1", "-1", "0xFFFFFFFF", "1,2,3", "1,2,3,4,5", "1.2.3.4", "381f8da1b2c3", "dimmer", "e\u0301\0", "99999999999"];

    public FuzzOutcome Run(Random random)
    {
        byte[] bytes = Mutation.Of(random, configs[random.Next(configs.Count)], random.Next(4) > 0);
        if (random.Next(2) == 0 && bytes.Length >= 8)
            Repair(bytes, random);
        ChipModel chip = (ChipModel)random.Next(10);
        ObkDecoded found = ObkConfigCodec.Decode(bytes, chip);
        if (found.Config is null == found.Rejection is null)
            return FuzzOutcome.Fault("a configuration and a rejection, or neither");
        if (found.Config is not { } config)
            return FuzzOutcome.Refusal;
        byte[] encoded = ObkConfigCodec.Encode(config);
        if (found.Version == ObkConfig.CurrentVersion && !encoded.AsSpan().SequenceEqual(bytes.AsSpan(0, ObkConfig.StructBytes)))
            return FuzzOutcome.Fault("decoding and encoding changed bytes of version 5");
        string json = ObkJson.Write(config, showSecrets: true);
        if (!ObkConfigCodec.Encode(ObkJson.Read(json)).AsSpan().SequenceEqual(encoded))
            return FuzzOutcome.Fault("the JSON form does not read back to the same bytes");
        Use(random, config, json);
        return FuzzOutcome.Result;
    }

    /// <summary>Checks, completes, compares, edits and reads a damaged JSON form; the last two may be refused.</summary>
    private static void Use(Random random, ObkConfig config, string json)
    {
        ObkConfig other = ObkConfig.Default(ChipModel.BK7231N, [1, 2, 3, 4, 5, 6]);
        ObkCarryOver.Apply(config, other, ObkCarryOver.Groups);
        ObkConfigDiff.Compare(config, other);
        ObkConfigDiff.NotExplainedBy(ObkConfigDiff.Compare(other, config), config.StartupCommand);
        ObkConfigCodec.Complete(config);
        try
        {
            new ObkEdit(config).Set(Fields[random.Next(Fields.Length)], Values[random.Next(Values.Length)]);
        }
        catch (ObkException refused) when (refused.Remedy.Length > 0)
        {
            // The value does not fit the field: what was asked for.
        }

        try
        {
            ObkJson.Read(Encoding.UTF8.GetString(Mutation.Of(random, Encoding.UTF8.GetBytes(json))));
        }
        catch (ObkException refused) when (refused.Remedy.Length > 0)
        {
            // Damaged JSON: what was asked for.
        }
    }

    private static void Repair(byte[] bytes, Random random)
    {
        "CFG"u8.CopyTo(bytes);
        bytes[4] = (byte)random.Next(2, 7);
        bytes.AsSpan(5, 3).Clear();
        int length = bytes[4] >= 4 ? ObkConfig.StructBytes : 2016;
        if (bytes.Length >= length)
            bytes[3] = Sum(bytes.AsSpan(4, length - 4));
    }

    /// <summary>The firmware's CRC-8 written down once more: the shift right keeps bit 7.</summary>
    private static byte Sum(ReadOnlySpan<byte> bytes)
    {
        sbyte sum = 0;
        foreach (byte value in bytes)
        {
            int rest = value;
            for (int bit = 0; bit < 8; bit++, rest >>= 1)
                sum = (sbyte)((sum >> 1) ^ (((sum ^ rest) & 1) != 0 ? unchecked((sbyte)0x8C) : 0));
        }

        return (byte)sum;
    }
}
