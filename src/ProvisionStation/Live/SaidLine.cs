using Spectre.Console;
using Spectre.Console.Rendering;

namespace ProvisionStation.Live;

/// <summary>A line above the live ones. It is written over them before they are drawn again below it, so it first clears what was there:
/// their ends would stand behind a shorter line for good.</summary>
internal sealed class SaidLine(string line) : Renderable
{
    private const string EraseToEndOfScreen = "\u001b[J";

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
        [Segment.Control(EraseToEndOfScreen), .. ((IRenderable)new Text(line)).Render(options, maxWidth), Segment.LineBreak];
}
