using System.Text.Json.Nodes;
using ProvisionStation.Beken.BootLoader;
using ProvisionStation.Live;
using ProvisionStation.Records;
using ProvisionStation.Runs.Steps;

namespace ProvisionStation.Commands;

/// <summary>What a black box holds, as JSON. Stray bytes and hashes of payload only where a person asks for them: the first can hold a piece of a
/// password, and from the second one that is guessed can be told.</summary>
internal static class BlackBoxJson
{
    /// <summary>The line: times in seconds before the end, below zero.</summary>
    public static JsonObject Of(UartTraceFile trace, bool showBytes) => new()
    {
        ["seconds"] = trace.End.TotalSeconds,
        ["overwritten"] = trace.Overwritten,
        ["entries"] = new JsonArray([.. trace.Entries.Select(entry => Of(trace, entry, showBytes))]),
        ["source"] = RecordText.Of(ClaimSource.Measured),
    };

    /// <summary>The current: times in seconds before the end, below zero.</summary>
    public static JsonObject Of(CurrentTraceFile trace) => new()
    {
        ["seconds"] = trace.End.TotalSeconds,
        ["meter"] = trace.HasMeter,
        ["spanSeconds"] = trace.Span.TotalSeconds,
        ["lostMarks"] = trace.LostMarks,
        ["unit"] = "mA",
        ["readings"] = new JsonArray([.. trace.Buckets.Select(bucket => new JsonObject
        {
            ["from"] = Before(trace, TimeSpan.FromMicroseconds(bucket.From)),
            ["to"] = Before(trace, TimeSpan.FromMicroseconds(bucket.To)),
            ["count"] = bucket.Readings,
            ["least"] = bucket.Least,
            ["mean"] = Math.Round(bucket.Mean, 3),
            ["most"] = bucket.Most,
        })]),
        ["marks"] = new JsonArray([.. trace.Marks.Select(mark => new JsonObject { ["at"] = Before(trace, mark.At), ["text"] = mark.Text })]),
        ["source"] = RecordText.Of(ClaimSource.Measured),
    };

    private static JsonObject Of(UartTraceFile trace, UartTraceEntry entry, bool showBytes)
    {
        JsonObject json = new() { ["at"] = UartTraceLines.Before(trace, entry.At) };
        switch (entry)
        {
            case UartFrame frame:
                Frame(json, frame, showBytes);
                break;
            case UartLinkChecks checks:
                json["kind"] = "link-checks";
                json["last"] = UartTraceLines.Before(trace, checks.Last);
                json["sent"] = checks.Sent;
                json["answered"] = checks.Answered;
                break;
            case UartStray stray:
                json["kind"] = "stray";
                json["bytes"] = stray.Total;
                if (showBytes)
                    json["hex"] = Convert.ToHexStringLower(stray.Kept);
                break;
            case UartNoAnswer silence:
                json["kind"] = "no-answer";
                json["waited"] = silence.Waited.TotalSeconds;
                break;
            case UartFlush flush:
                json["kind"] = "flush";
                json["bytes"] = flush.Bytes;
                break;
            case UartMarked marked:
                json["kind"] = "mark";
                json["mark"] = MarkName(marked.Mark);
                json["bitRate"] = marked.Mark == UartMark.BitRate ? marked.Value : null;
                json["step"] = marked.Mark == UartMark.Step ? marked.Text : null;
                break;
        }

        return json;
    }

    private static void Frame(JsonObject json, UartFrame frame, bool showBytes)
    {
        json["kind"] = frame.IsAnswer ? "received" : "sent";
        json["form"] = frame.IsLong ? "long" : "short";
        json["opcode"] = frame.Opcode;
        json["command"] = LoaderWords.Command(frame.IsLong, frame.Opcode, frame.IsAnswer);
        json["first"] = frame.First;
        json["second"] = frame.Second;
        json["bytes"] = frame.Bytes;
        bool hasStatus = frame is { IsAnswer: true, IsLong: true };
        json["status"] = hasStatus ? frame.Status : null;
        json["statusText"] = hasStatus ? LoaderWords.Status(frame.Status) : null;
        if (showBytes)
            json["payloadSha256"] = frame.PayloadSha256;
    }

    private static string MarkName(UartMark mark) => mark switch
    {
        UartMark.Step => "step",
        UartMark.Session => "session",
        UartMark.BitRate => "bit-rate",
        UartMark.PowerOn => "power-on",
        UartMark.PowerOff => "power-off",
        UartMark.PowerCut => "power-cut",
        UartMark.ResetReleased => "reset-released",
        UartMark.Break => "break",
        UartMark.PortClosed => "port-closed",
        _ => throw new ArgumentOutOfRangeException(nameof(mark), mark, "no such mark"),
    };

    private static double Before(CurrentTraceFile trace, TimeSpan at) => Math.Round((at - trace.End).TotalSeconds, 6);
}
