namespace ProvisionStation.Simulator.Modules;

/// <summary>What a loader wants to happen, or what befalls it.</summary>
internal enum LoaderWish
{
    None,

    /// <summary>The watchdog bites.</summary>
    Reset,

    /// <summary>Jump to the application.</summary>
    StartApplication,

    /// <summary>The slot loses its power now.</summary>
    LosePower,

    /// <summary>The slot's USB adapter is pulled out now.</summary>
    LoseAdapter,

    /// <summary>The unit says nothing any more.</summary>
    FallSilent,
}
