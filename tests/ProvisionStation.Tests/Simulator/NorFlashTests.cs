using ProvisionStation.Simulator.Faults;
using ProvisionStation.Simulator.Modules;

namespace ProvisionStation.Tests.Simulator;

public sealed class NorFlashTests
{
    private const uint Address = 0x20000;

    [Fact]
    public void Programming_only_clears_bits()
    {
        NorFlash flash = Open();
        flash.Program(Address, [0xF0]);
        flash.Program(Address, [0x0F]);
        Assert.Equal(0x00, flash.Content[Address]);
    }

    [Fact]
    public void A_torn_cell_reads_right_for_eleven_power_cycles_and_wrong_from_the_twelfth()
    {
        NorFlash flash = Torn();
        byte[] before = [.. flash.Content];
        for (int cycle = 1; cycle <= 11; cycle++)
        {
            flash.PowerCame();
            Assert.True(before.AsSpan().SequenceEqual(flash.Content), $"power cycle {cycle}");
        }

        flash.PowerCame();
        Assert.Equal(Address / 0x1000, (uint)flash.Content.AsSpan().CommonPrefixLength(before) / 0x1000);
        flash.PowerCame();
        Assert.False(before.AsSpan().SequenceEqual(flash.Content));
    }

    [Fact]
    public void A_torn_cell_is_healed_by_an_erase_of_its_sector_alone()
    {
        NorFlash flash = Torn();
        flash.Erase(Address, 0x1000);
        byte[] before = [.. flash.Content];
        for (int cycle = 0; cycle < 30; cycle++)
            flash.PowerCame();
        Assert.True(before.AsSpan().SequenceEqual(flash.Content));
    }

    [Fact]
    public void A_weak_cell_turns_over_with_each_power_on_once_it_was_erased_and_never_heals()
    {
        NorFlash flash = Open(null, $"weak-cell:{Address}");
        flash.PowerCame();
        Assert.Equal(0xFF, flash.Content[Address]);
        for (int write = 0; write < 2; write++)
        {
            flash.Erase(Address, 0x1000);
            flash.Program(Address, [0x55]);
            Assert.Equal(0x55, flash.Content[Address]);
            flash.PowerCame();
            Assert.Equal(0x54, flash.Content[Address]);
            flash.PowerCame();
            Assert.Equal(0x55, flash.Content[Address]);
        }
    }

    [Fact]
    public void Sectors_are_counted_however_many_are_erased_at_once()
    {
        NorFlash flash = Open();
        flash.Erase(Address, 0x10000);
        flash.Erase(Address, 0x1000);
        Assert.Equal((2, 17), (flash.Erases, flash.SectorsErased));
    }

    /// <summary>Power went in the middle of a page, behind the sector that was erased last.</summary>
    private static NorFlash Torn()
    {
        NorFlash flash = Open(null, "torn-cell");
        flash.Erase(Address, 0x10000);
        flash.Program(Address, [0x00]);
        flash.ProgramHalf(Address + 0x5000, [0x0F]);
        return flash;
    }

    [Fact]
    public void A_program_over_the_end_of_a_page_begins_again_at_its_start()
    {
        NorFlash flash = Open();
        flash.Program(Address + 0xFF, [0x11, 0x22]);
        Assert.Equal(0x11, flash.Content[Address + 0xFF]);
        Assert.Equal(0x22, flash.Content[Address]);
        Assert.Equal(0xFF, flash.Content[Address + 0x100]);
    }

    [Fact]
    public void An_address_behind_the_end_begins_again_at_zero()
    {
        NorFlash flash = Open();
        flash.Program(0x200000 + Address, [0x55]);
        Assert.Equal(0x55, flash.Content[Address]);
    }

    [Theory]
    [InlineData(0x1000u, 0x20FFFu, 0x20000u)]
    [InlineData(0x1000u, 0x21000u, 0x21000u)]
    [InlineData(0x10000u, 0x2FFFFu, 0x20000u)]
    public void An_erase_takes_the_whole_aligned_unit_and_no_more(uint unit, uint address, uint start)
    {
        NorFlash flash = Open(new byte[0x200000]);
        flash.Erase(address, unit);
        Assert.Equal((int)unit, flash.Content.Count(value => value == 0xFF));
        Assert.Equal(0xFF, flash.Content[start]);
        Assert.Equal(0xFF, flash.Content[start + unit - 1]);
    }

    [Theory]
    [InlineData(0x0004)]
    [InlineData(0x0040)]
    [InlineData(0x4000)]
    public void Each_protection_bit_protects(int status)
    {
        NorFlash flash = Make(new byte[0x200000]);
        flash.WriteStatus((ushort)status, 0);
        flash.Erase(Address, 0x1000);
        Assert.Equal(0x00, flash.Content[Address]);
    }

    [Theory]
    [InlineData(0x0000)]
    [InlineData(0x0280)]
    public void Other_bits_of_the_status_do_not(int status)
    {
        NorFlash flash = Make(new byte[0x200000]);
        flash.WriteStatus((ushort)status, 0);
        flash.Erase(Address, 0x1000);
        Assert.Equal(0xFF, flash.Content[Address]);
    }

    [Fact]
    public void A_flash_comes_protected() => Assert.True(Make(new byte[0x200000]).IsProtected);

    [Fact]
    public void A_locked_status_keeps_its_protection()
    {
        NorFlash flash = Make(new byte[0x200000], "protected");
        flash.WriteStatus(0, 0);
        Assert.True(flash.IsProtected);
    }

    [Fact]
    public void A_status_write_shows_that_it_is_in_progress()
    {
        NorFlash flash = Make(new byte[0x200000]);
        flash.WriteStatus(0, 100);
        Assert.Equal(1, flash.ReadStatus(0x05, 99));
        Assert.Equal(0, flash.ReadStatus(0x05, 100));
    }

    [Fact]
    public void A_stuck_bit_stays_set_for_good()
    {
        NorFlash flash = Open(null, "stuck-bit:0x20000");
        for (int round = 0; round < 3; round++)
        {
            flash.Erase(Address, 0x1000);
            flash.Program(Address, [0x00]);
            Assert.Equal(0x01, flash.Content[Address]);
        }
    }

    [Fact]
    public void A_bit_that_sticks_once_programs_the_next_time()
    {
        NorFlash flash = Open(null, "stuck-bit:0x20000:1");
        flash.Program(Address, [0xF5]);
        Assert.Equal(0xF7, flash.Content[Address]);
        flash.Program(Address, [0xF5]);
        Assert.Equal(0xF5, flash.Content[Address]);
    }

    [Fact]
    public void A_sector_that_does_not_erase_is_left_out_of_a_block_too()
    {
        NorFlash flash = Open(new byte[0x200000], "no-erase:0x21234");
        flash.Erase(Address, 0x10000);
        Assert.Equal(0xFF, flash.Content[0x20FFF]);
        Assert.Equal(0x00, flash.Content[0x21000]);
        Assert.Equal(0x00, flash.Content[0x21FFF]);
        Assert.Equal(0xFF, flash.Content[0x22000]);
    }

    [Theory]
    [InlineData(0x10FFFu, 1)]
    [InlineData(0x11000u, 0)]
    [InlineData(0x200000u, 1)]
    public void What_touches_the_loader_is_counted(uint address, int count)
    {
        NorFlash flash = Open();
        flash.Program(address, [0xFF]);
        flash.Erase(address, 0x1000);
        Assert.Equal(2 * count, flash.TouchedBelowLoaderEnd);
    }

    private static NorFlash Open(byte[]? content = null, params string[] faults)
    {
        NorFlash flash = Make(content, faults);
        flash.WriteStatus(0, 0);
        return flash;
    }

    private static NorFlash Make(byte[]? content, params string[] faults)
    {
        byte[] bytes = content ?? Enumerable.Repeat((byte)0xFF, 0x200000).ToArray();
        return new NorFlash(bytes, new FaultSet(faults.Select(FaultWords.Parse)), new Random(1));
    }
}
