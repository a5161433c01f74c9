using System.Reflection;

namespace ProvisionStation.Runs.Channels;

/// <summary>The version of this program, as every run records it.</summary>
public static class ProgramVersion
{
    /// <summary>For example <c>0.1.0+3f2a…</c>: version and, where the build knew it, the source's commit.</summary>
    public static string Text { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
}
