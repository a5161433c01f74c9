using ProvisionStation.Beken;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Tests.Runs;

public sealed class PublishedHashTests
{
    private static readonly byte[] Mac = Convert.FromHexString("381F8D112233");

    [Fact]
    public void Law_8_configurations_that_differ_in_passwords_alone_are_published_with_one_hash()
    {
        string plain = UnitConfiguration.PublishedHash(Config());
        Assert.Equal(plain, UnitConfiguration.PublishedHash(Config(config => config.WifiPassword = "hunter2-canary")));
        Assert.Equal(plain, UnitConfiguration.PublishedHash(Config(config => config.WifiPassword2 = "hunter2-canary")));
        Assert.Equal(plain, UnitConfiguration.PublishedHash(Config(config => config.MqttPassword = "hunter2-canary")));
        Assert.Equal(plain, UnitConfiguration.PublishedHash(Config(config => config.WebPassword = "hunter2-canary")));
    }

    [Fact]
    public void Everything_else_makes_another_hash()
    {
        string plain = UnitConfiguration.PublishedHash(Config());
        Assert.NotEqual(plain, UnitConfiguration.PublishedHash(Config(config => config.SetPin(26, ObkPin.Parse("Rel;2")))));
        Assert.NotEqual(plain, UnitConfiguration.PublishedHash(Config(config => config.WifiSsid = "other")));
        Assert.NotEqual(plain, UnitConfiguration.PublishedHash(Config(config => config.ChangeCounter = 0x0201)));
        Assert.NotEqual(plain, UnitConfiguration.PublishedHash(Config(config => config.StartupCommand = "startDriver NTP")));
    }

    [Fact]
    public void Taking_the_hash_leaves_the_configuration_as_it_was()
    {
        ObkConfig config = Config(one => one.WifiPassword = "hunter2-canary");
        UnitConfiguration.PublishedHash(config);
        Assert.Equal("hunter2-canary", config.WifiPassword);
    }

    private static ObkConfig Config(Action<ObkConfig>? change = null)
    {
        ObkConfig config = ObkConfig.Default(ChipModel.BK7231N, Mac);
        config.WifiSsid = "shop";
        config.SetPin(26, ObkPin.Parse("Rel;1"));
        config.ChangeCounter = 0x0200;
        change?.Invoke(config);
        return config;
    }
}
