using System.CommandLine;

namespace ProvisionStation.Commands;

/// <summary>A command whose help ends with an example.</summary>
/// <param name="name">The verb.</param>
/// <param name="description">One sentence.</param>
/// <param name="example">What to type behind the program's name.</param>
internal sealed class StationCommand(string name, string description, string example) : Command(name, description)
{
    public string Example { get; } = example;
}
