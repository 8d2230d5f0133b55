namespace XChat.EmbeddedPostgres;

/// <summary>Makes the files of a new server. A crash in the middle leaves nothing that a later start would take for a whole one.</summary>
internal static class NewCluster
{
    public static async Task CreateAsync(
        PostgresInstallation installation, ServerFolder folder, ServerAccount account, string password, bool ephemeral)
    {
        string unfinished = folder.Cluster + ".new";
        if (Directory.Exists(unfinished))
        {
            Directory.Delete(unfinished, recursive: true);
        }

        Directory.CreateDirectory(unfinished);
        account.Own(unfinished);
        string passwordFile = folder.InitialPasswordFile;
        ServerFolder.WriteForOwner(passwordFile, password);
        account.Own(passwordFile);
        try
        {
            ProgramOutput output = await account.RunAsync(
                installation.Program("initdb"),
                folder.Root,
                [
                    "-D", unfinished, "-U", ServerEndpoint.Role, "--pwfile", passwordFile, "--auth", "scram-sha-256",
                    "--encoding", "UTF8", "--locale", "C", "--data-checksums", .. ephemeral ? ["--no-sync"] : Array.Empty<string>(),
                ]);
            if (output.ExitCode != 0)
            {
                throw new EmbeddedPostgresException(
                    FreeSpace.Explain($"PostgreSQL cannot make its files in {folder.Root}:{Environment.NewLine}{output.LastLines(5)}"));
            }
        }
        finally
        {
            File.Delete(passwordFile);
        }

        Directory.Move(unfinished, folder.Cluster);
    }
}
