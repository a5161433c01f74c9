namespace ProvisionStation.Bench.Jigs;

/// <summary>Reads <c>jig.yaml</c> and checks it: unknown fields, ports used twice, instruments that do not exist, mains in a slot.</summary>
public static class JigFile
{
    /// <summary>Reads a jig. A relative port path is relative to the file.</summary>
    /// <param name="path">The file, or the folder that holds a <c>jig.yaml</c>.</param>
    /// <exception cref="ConfigurationException">With file, line, field and what is allowed.</exception>
    public static Jig Load(string path) => throw new NotImplementedException(path);
}
