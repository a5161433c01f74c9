using ProvisionStation.Bench.Serial;
using ProvisionStation.Bench.Tests.Support;

namespace ProvisionStation.Bench.Tests.Serial;

/// <summary>The port of Linux on real pseudo terminals. The long limits only keep a failure from hanging; nothing is timed.</summary>
public sealed class LinuxSerialPortTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    /// <summary>What arrives in a millisecond at 1.5 Mbaud.</summary>
    private const int LumpBytes = 150;

    private readonly Pty _pty = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _pty.Dispose();

    [Theory]
    [InlineData(115_200)]
    [InlineData(250_000)]
    [InlineData(921_600)]
    [InlineData(1_234_567)]
    [InlineData(1_500_000)]
    [InlineData(3_000_000)]
    public async Task Any_bit_rate_is_set(int bitRate)
    {
        await using ISerialPort port = Open(bitRate);
        Assert.Equal((uint)bitRate, _pty.BitRate);
        port.SetBitRate(115_201);
        Assert.Equal((115_201u, 115_201), (_pty.BitRate, port.BitRate));
    }

    [Fact]
    public async Task A_pseudo_terminal_has_no_lines()
    {
        await using ISerialPort port = Open();
        Assert.Null(port.Lines);
    }

    [Fact]
    public async Task Every_byte_value_goes_both_ways_unchanged()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        await using ISerialPort port = Open();
        await port.WriteAsync(all, Long, Cancel);
        Assert.Equal(all, _pty.Receive(256));
        _pty.Send(all);
        byte[] buffer = new byte[300];
        Assert.Equal(256, await port.ReadAsync(buffer, 256, Long, Cancel));
        Assert.Equal(all, buffer[..256]);
    }

    [Fact]
    public async Task A_read_waits_for_all_it_asked_for()
    {
        await using ISerialPort port = Open();
        byte[] buffer = new byte[10];
        Task<int> read = port.ReadAsync(buffer, 3, Long, Cancel).AsTask();
        _pty.Send([1, 2]);
        await Task.WhenAny(read, Task.Delay(Short, TimeProvider.System, Cancel));
        Assert.False(read.IsCompleted);
        _pty.Send([3]);
        Assert.Equal(3, await read);
        Assert.Equal([1, 2, 3], buffer[..3]);
    }

    [Fact]
    public async Task At_its_limit_a_read_gives_what_there_is()
    {
        await using ISerialPort port = Open();
        byte[] buffer = new byte[10];
        Assert.Equal(0, await port.ReadAsync(buffer, 1, Short, Cancel));
        _pty.Send([1, 2]);
        Assert.Equal(2, await port.ReadAsync(buffer, 2, Long, Cancel));
        _pty.Send([3, 4]);
        Assert.Equal(2, await port.ReadAsync(buffer, 10, TimeSpan.FromMilliseconds(500), Cancel));
    }

    [Fact]
    public async Task Bytes_beyond_the_buffer_stay_for_the_next_read()
    {
        await using ISerialPort port = Open();
        _pty.Send([1, 2, 3, 4, 5]);
        byte[] buffer = new byte[3];
        Assert.Equal(3, await port.ReadAsync(buffer, 3, Long, Cancel));
        Assert.Equal(2, await port.ReadAsync(buffer, 2, Long, Cancel));
        Assert.Equal([4, 5], buffer[..2]);
    }

    [Fact]
    public async Task Cancelling_while_bytes_arrive_loses_none()
    {
        const int total = 90_000;
        await using ISerialPort port = Open();
        // Paced, so that reads are cancelled while part of what they wait for is there.
        Task sending = Task.Run(() => SendPacedAsync(total), Cancel);
        byte[] buffer = new byte[4096];
        int done = 0;
        int cancels = 0;
        Random random = new(1);
        while (done < total)
        {
            using CancellationTokenSource impatient = new(TimeSpan.FromMilliseconds(random.Next(1, 8)), TimeProvider.System);
            try
            {
                int count = await port.ReadAsync(buffer, Math.Min(4000, total - done), Long, impatient.Token);
                done = CheckCounting(buffer.AsSpan(0, count), done);
            }
            catch (OperationCanceledException)
            {
                cancels++;
            }
        }

        await sending;
        Assert.True(cancels > 20, $"only {cancels} reads were cancelled: the test proves nothing");
    }

    [Fact]
    public async Task Changing_the_bit_rate_while_bytes_arrive_loses_none()
    {
        const int total = 8_000_000;
        await using ISerialPort port = Open();
        Task sending = Task.Run(() => SendCounting(total), Cancel);
        Task<int> changing = Task.Run(() => ChangeWhile(port, sending), Cancel);
        byte[] buffer = new byte[4096];
        int done = 0;
        while (done < total)
        {
            int count = await port.ReadAsync(buffer, Math.Min(1000, total - done), Long, Cancel);
            Assert.True(count > 0, "no more bytes came");
            done = CheckCounting(buffer.AsSpan(0, count), done);
        }

        await sending;
        int changes = await changing;
        Assert.True(changes > 20, $"only {changes} changes of the bit rate: the test proves nothing");
    }

    [Fact]
    public async Task More_than_the_buffer_holds_waits_in_the_driver()
    {
        const int total = 3 << 20;
        await using ISerialPort port = Open();
        Task sending = Task.Run(() => SendCounting(total), Cancel);
        byte[] buffer = new byte[1 << 20];
        int done = 0;
        // The first megabyte fills the port; the sender must then wait, not the bytes be lost.
        while (done < total)
        {
            int count = await port.ReadAsync(buffer, Math.Min(buffer.Length, total - done), Long, Cancel);
            Assert.True(count > 0, "no more bytes came");
            done = CheckCounting(buffer.AsSpan(0, count), done);
        }

        await sending;
    }

    [Fact]
    public async Task A_write_that_nobody_takes_ends_at_its_limit_and_later_goes_on()
    {
        await using ISerialPort port = Open();
        BenchException error = await Assert.ThrowsAsync<BenchException>(() => port.WriteAsync(new byte[1 << 20], Short, Cancel).AsTask());
        Assert.Contains("took no bytes", error.Message, StringComparison.Ordinal);
        Task write = port.WriteAsync(new byte[100_000], Long, Cancel).AsTask();
        await Task.Run(() => _pty.DrainUntil(write), Cancel);
        await write;
    }

    [Fact]
    public async Task What_has_arrived_can_be_thrown_away()
    {
        await using ISerialPort port = Open();
        byte[] buffer = new byte[10];
        _pty.Send([1, 2, 3]);
        Assert.Equal(1, await port.ReadAsync(buffer.AsMemory(0, 1), 1, Long, Cancel));
        port.DiscardInput();
        _pty.Send([9]);
        Assert.Equal(1, await port.ReadAsync(buffer, 1, Long, Cancel));
        Assert.Equal(9, buffer[0]);
    }

    [Fact]
    public async Task A_pulled_adapter_ends_a_pending_read_and_everything_after_it()
    {
        await using ISerialPort port = Open();
        byte[] buffer = new byte[10];
        Task<int> read = port.ReadAsync(buffer, 10, TimeSpan.FromDays(1), Cancel).AsTask();
        _pty.Dispose();
        await ExpectGone(() => read);
        Assert.True(port.IsGone);
        await ExpectGone(() => port.ReadAsync(buffer, 1, Long, Cancel).AsTask());
        await ExpectGone(() => port.WriteAsync(buffer, Long, Cancel).AsTask());
        Assert.Equal(BenchReasons.PortGone, Assert.Throws<BenchException>(() => port.SetBitRate(9600)).Reason);
        Assert.Equal(BenchReasons.PortGone, Assert.Throws<BenchException>(port.DiscardInput).Reason);
        await port.DisposeAsync().AsTask().WaitAsync(Long, TimeProvider.System, Cancel);
    }

    [Fact]
    public async Task A_pulled_adapter_ends_a_pending_write()
    {
        await using ISerialPort port = Open();
        Task write = port.WriteAsync(new byte[1 << 20], TimeSpan.FromDays(1), Cancel).AsTask();
        _pty.Dispose();
        await ExpectGone(() => write);
    }

    [Fact]
    public async Task Closing_ends_pending_calls_and_never_hangs()
    {
        ISerialPort port = Open();
        Task<int> read = port.ReadAsync(new byte[10], 10, TimeSpan.FromDays(1), Cancel).AsTask();
        Task write = port.WriteAsync(new byte[1 << 20], TimeSpan.FromDays(1), Cancel).AsTask();
        await port.DisposeAsync().AsTask().WaitAsync(Long, TimeProvider.System, Cancel);
        await ExpectGone(() => read);
        await ExpectGone(() => write);
        await port.DisposeAsync();
    }

    [Fact]
    public async Task Code_behind_a_read_may_block_without_holding_up_other_ports()
    {
        using Pty other = new();
        await using ISerialPort slow = Open();
        await using ISerialPort quick = SerialPorts.Open(other.Path, 115_200, false, TimeProvider.System);
        using ManualResetEventSlim release = new();
        using ManualResetEventSlim isBlocked = new();
        Task blocked = BlockAsync();
        _pty.Send([1]);
#pragma warning disable RS0030 // A thread is blocked on purpose, with a limit.
        isBlocked.Wait(Long, Cancel);
#pragma warning restore RS0030
        other.Send([2]);
        Assert.Equal(1, await quick.ReadAsync(new byte[1], 1, Long, Cancel));
        release.Set();
        await blocked;

        async Task BlockAsync()
        {
            await slow.ReadAsync(new byte[1], 1, Long, Cancel);
            isBlocked.Set();
#pragma warning disable RS0030 // A thread is blocked on purpose, with a limit.
            release.Wait(Long, Cancel);
#pragma warning restore RS0030
        }
    }

    [Fact]
    public async Task A_port_in_use_is_busy_and_free_again_after_it_is_closed()
    {
        await using (Open())
        {
            BenchException error = Assert.Throws<BenchException>(() => Open());
            Assert.Equal(BenchReasons.PortBusy, error.Reason);
            Assert.Contains($"process {Environment.ProcessId}", error.Message, StringComparison.Ordinal);
            Assert.NotEmpty(error.Remedy);
        }

        await using ISerialPort again = Open();
    }

    [Theory]
    [InlineData("/dev/does-not-exist", "does not exist")]
    [InlineData("/dev/null", "is not a serial port")]
    [InlineData("77-1.1", "USB path 77-1.1")]
    public void A_port_that_is_none_is_gone_with_a_remedy(string path, string problem)
    {
        BenchException error = Assert.Throws<BenchException>(() => SerialPorts.Open(path, 115_200, false, TimeProvider.System));
        Assert.Equal(BenchReasons.PortGone, error.Reason);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Contains("'ports'", error.Remedy, StringComparison.Ordinal);
    }

    private static async Task ExpectGone(Func<Task> call)
    {
        Task started = call();
        BenchException error = await Assert.ThrowsAsync<BenchException>(() => started.WaitAsync(Long, TimeProvider.System, Cancel));
        Assert.Equal(BenchReasons.PortGone, error.Reason);
    }

    private static int CheckCounting(ReadOnlySpan<byte> bytes, int from)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != Counting(from + i))
                Assert.Fail($"byte {from + i} is {bytes[i]:X2}, sent was {Counting(from + i):X2}");
        }

        return from + bytes.Length;
    }

    /// <summary>A pattern that repeats after 251 bytes, so that a lost block of any power of two shows.</summary>
    private static byte Counting(int index) => (byte)(index % 251);

    private static int ChangeWhile(ISerialPort port, Task sending)
    {
        int changes = 0;
        while (!sending.IsCompleted)
            port.SetBitRate(changes++ % 2 == 0 ? 1_500_000 : 115_200);
        return changes;
    }

    private void SendCounting(int total)
    {
        for (int done = 0; done < total; done += LumpBytes)
            SendLump(done, total);
    }

    private async Task SendPacedAsync(int total)
    {
        for (int done = 0; done < total; done += LumpBytes)
        {
            SendLump(done, total);
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Cancel);
        }
    }

    private void SendLump(int from, int total)
    {
        Span<byte> lump = stackalloc byte[Math.Min(LumpBytes, total - from)];
        for (int i = 0; i < lump.Length; i++)
            lump[i] = Counting(from + i);
        _pty.Send(lump);
    }

    private ISerialPort Open(int bitRate = 115_200) => SerialPorts.Open(_pty.Path, bitRate, false, TimeProvider.System);
}
