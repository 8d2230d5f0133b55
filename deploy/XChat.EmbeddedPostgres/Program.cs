using XChat.EmbeddedPostgres;

// The build runs this once: `dotnet XChat.EmbeddedPostgres.dll STAMP` writes to STAMP which PostgreSQL there is, after fetching one if need be.
try
{
    PostgresInstallation found = PostgresSearch.All().FirstOrDefault() ?? await FetchAsync();
    if (args is [string stamp])
    {
        await File.WriteAllTextAsync(stamp, found.BinFolder);
    }

    return 0;
}
catch (Exception problem) when (problem is EmbeddedPostgresException or IOException or UnauthorizedAccessException)
{
    Console.WriteLine($"This machine has no PostgreSQL to embed. {problem.Message} Only --postgres will work until then.");
    return 1;
}

static Task<PostgresInstallation> FetchAsync()
{
    PinnedPackage package = PinnedPackage.ForThisMachine()
        ?? throw new EmbeddedPostgresException("There is no pinned package for this machine: install the postgresql package.");
    Console.WriteLine($"This machine has no PostgreSQL: fetching {package.Name} (24 MB) once into {package.CacheFolder}.");
    return PinnedPackageFetch.RunAsync(package);
}
