using ProvisionStation.Bench.Serial;

namespace ProvisionStation.Tests.Bench;

public sealed class PortHolderTests
{
    private static readonly string[] Locks =
    [
        "1: POSIX  ADVISORY  READ 900 00:18:5 0 EOF",
        "2: FLOCK  ADVISORY  WRITE 4711 00:18:5 0 EOF",
        "2: -> FLOCK  ADVISORY  WRITE 4712 00:18:5 0 EOF",
        "3: FLOCK  ADVISORY  WRITE 4713 00:18:55 0 EOF",
        "4: FLOCK  ADVISORY  WRITE 4714 103:02:5 0 EOF",
        "5: FLOCK  ADVISORY  WRITE -1 00:18:5 0 EOF",
        "", "6:", "FLOCK",
    ];

    [Fact]
    public void The_process_with_the_lock_on_this_very_file_is_the_holder()
    {
        Assert.Equal([4711], PortHolder.Lockers(Locks, (0, 0x18, 5)));
        Assert.Equal([4713], PortHolder.Lockers(Locks, (0, 0x18, 55)));
        Assert.Equal([4714], PortHolder.Lockers(Locks, (0x103, 2, 5)));
        Assert.Empty(PortHolder.Lockers(Locks, (0, 0x18, 6)));
    }

    [Fact]
    public void A_file_that_this_program_has_open_names_it()
    {
        string path = Path.GetTempFileName();
        try
        {
            using FileStream open = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            Assert.Equal($"this program itself (process {Environment.ProcessId})", PortHolder.Of(path));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
