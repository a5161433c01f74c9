using ProvisionStation.Beken.BootLoader;
using ProvisionStation.Runs.Steps;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Runs;

/// <summary>What a unit drew in a run: every reading, or the least, mean and most of spans, never over a mark, never over 64 KiB.</summary>
public sealed class CurrentTraceTests
{
    private readonly SteppedClock _clock = new();

    [Fact]
    public void A_short_run_keeps_every_reading_and_every_mark()
    {
        CurrentTrace trace = new(true, _clock);
        trace.Mark("power");
        for (int reading = 0; reading < CurrentTrace.MostBuckets; reading++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(40));
            trace.Add(reading);
        }

        CurrentTraceFile read = CurrentTraceFile.Read(trace.ToBytes());
        Assert.True(read.HasMeter);
        Assert.Equal(TimeSpan.Zero, read.Span);
        Assert.Equal(CurrentTrace.MostBuckets, read.Buckets.Count);
        Assert.All(read.Buckets, (bucket, index) => Assert.Equal(
            new CurrentBucket((index + 1) * 40_000, (index + 1) * 40_000, 1, index, index, index), bucket));
        Assert.Equal((TimeSpan.Zero, "power"), Assert.Single(read.Marks));
        Assert.Equal(TimeSpan.FromMilliseconds(40 * CurrentTrace.MostBuckets), read.End);
    }

    [Theory]
    [InlineData(1801)]
    [InlineData(40_000)]
    [InlineData(400_000)]
    public void A_long_run_loses_no_reading_no_extreme_and_no_mean(int readings)
    {
        CurrentTrace trace = new(true, _clock);
        for (int reading = 0; reading < readings; reading++)
        {
            if (reading == readings / 2)
                trace.Mark("write");
            trace.Add(reading == readings / 3 ? 320 : reading < readings / 2 ? 25 : 60);
            _clock.Advance(TimeSpan.FromMilliseconds(40));
        }

        byte[] file = trace.ToBytes();
        CurrentTraceFile read = CurrentTraceFile.Read(file);
        Assert.InRange(file.Length, 1, CurrentTrace.MostBytes);
        Assert.InRange(read.Buckets.Count, CurrentTrace.MostBuckets / 5, CurrentTrace.MostBuckets);
        Assert.Equal(readings, read.Buckets.Sum(bucket => bucket.Readings));
        Assert.Equal((25f, 320f), (read.Buckets.Min(bucket => bucket.Least), read.Buckets.Max(bucket => bucket.Most)));
        double mean = read.Buckets.Sum(bucket => bucket.Mean * bucket.Readings) / readings;
        Assert.Equal(((25.0 * (readings / 2)) + 295 + (60.0 * (readings - (readings / 2)))) / readings, mean, 0.01);
        // The step from 25 to 60 stands where the mark is.
        Assert.All(read.Buckets, bucket => Assert.True(bucket.Most == 320 || bucket.Least == bucket.Most, $"{bucket} reaches over the mark"));
    }

    [Fact]
    public void More_marks_than_there_is_room_for_push_out_the_oldest_and_the_form_stays_in_its_bounds()
    {
        CurrentTrace trace = new(true, _clock);
        for (int cycle = 0; cycle < 5000; cycle++)
        {
            trace.Mark("a mark of more than sixteen letters");
            trace.Add(cycle);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        byte[] file = trace.ToBytes();
        Assert.InRange(file.Length, 1, CurrentTrace.MostBytes);
        CurrentTraceFile read = CurrentTraceFile.Read(file);
        Assert.Equal((CurrentTrace.MostMarks, 5000u - CurrentTrace.MostMarks), (read.Marks.Count, read.LostMarks));
        Assert.Equal("a mark of more t", read.Marks[0].Text);
        Assert.Equal(5000, read.Buckets.Sum(bucket => bucket.Readings));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e300)]
    public void What_is_no_number_is_left_out(double milliamperes)
    {
        CurrentTrace trace = new(true, _clock);
        trace.Add(milliamperes);
        trace.Add(-0.2);
        Assert.Equal(-0.2f, Assert.Single(CurrentTraceFile.Read(trace.ToBytes()).Buckets).Least);
    }

    [Fact]
    public void Garbage_is_refused_by_name_or_read()
    {
        CurrentTrace trace = new(true, _clock);
        for (int reading = 0; reading < 20; reading++)
        {
            trace.Mark($"step {reading}");
            trace.Add(reading);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        byte[] good = trace.ToBytes();
        Fuzz.Run(3000, random =>
        {
            byte[] bytes = [.. good];
            for (int wounds = random.Next(1, 5); wounds > 0; wounds--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (random.Next(3) == 0)
                bytes = bytes[..random.Next(bytes.Length + 1)];
            try
            {
                _ = CurrentTraceFile.Read(bytes);
            }
            catch (TraceException e)
            {
                Assert.NotEmpty(e.Remedy);
            }
        });
    }
}
