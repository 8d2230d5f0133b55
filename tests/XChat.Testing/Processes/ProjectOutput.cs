namespace XChat.Testing.Processes;

/// <summary>Finds what the build made of another project, in the same configuration as the running test.</summary>
public static class ProjectOutput
{
    /// <summary>The root of the checkout that the running test was built from.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The main assembly of a project, for <c>dotnet FILE</c>.</summary>
    /// <param name="project">The project's folder below the root, such as <c>deploy/standalone</c>.</param>
    /// <param name="assembly">The assembly's name without ending.</param>
    /// <exception cref="FileNotFoundException">It is not built: the test project should refer to it, so that it is.</exception>
    public static string Of(string project, string assembly)
    {
        // .../bin/Debug/net10.0/
        DirectoryInfo framework = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string path = Path.Combine(Root, project, "bin", framework.Parent!.Name, framework.Name, assembly + ".dll");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is not built: dotnet build {project}", path);
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "XChat.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("XChat.sln is in no folder above the test's own: run the tests from a checkout.");
    }
}
