namespace XChat.EmbeddedPostgres;

/// <summary>The two configuration files of the embedded server. They are written anew at each start, so an upgrade brings its own.</summary>
internal static class ServerSettings
{
    public static void Write(ServerFolder folder, ServerEndpoint endpoint, EmbeddedPostgresOptions options)
    {
        Write(folder.Configuration, Configuration(folder, endpoint, options));
        Write(folder.Authentication, Authentication());
    }

    /// <summary>Readable by the account that the server runs as; there is no secret in them.</summary>
    private static void Write(string path, string text)
    {
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }
    }

    private static string Authentication() =>
        OperatingSystem.IsWindows() ? "host all all 127.0.0.1/32 scram-sha-256\n" : "local all all scram-sha-256\n";

    private static string Quoted(string path) => path.Replace('\\', '/').Replace("'", "''", StringComparison.Ordinal);

    private static string Configuration(ServerFolder folder, ServerEndpoint endpoint, EmbeddedPostgresOptions options) =>
        $"""
        # Written by XChat at each start: changes made here are lost.
        hba_file = '{Quoted(folder.Authentication)}'
        listen_addresses = '{(OperatingSystem.IsWindows() ? endpoint.Host : string.Empty)}'
        port = {endpoint.Port}
        unix_socket_directories = '{(OperatingSystem.IsWindows() ? string.Empty : Quoted(endpoint.Host))}'
        unix_socket_permissions = 0700
        password_encryption = scram-sha-256
        max_connections = {options.MaxConnections}

        # Acknowledged is durable: XChat does not start on a server that has one of these off.
        fsync = on
        synchronous_commit = on
        full_page_writes = on

        # One small machine, an SSD, many short transactions.
        shared_buffers = {options.SharedBuffersMegabytes}MB
        effective_cache_size = 1GB
        random_page_cost = 1.1
        max_wal_size = 2GB
        # Filling each new log segment with zeros stalls all commits for some 50 ms, several times a second under load.
        wal_init_zero = off
        jit = off

        timezone = 'UTC'
        log_timezone = 'UTC'
        lc_messages = 'C'
        log_line_prefix = '%m '
        log_checkpoints = off
        # The log names what went wrong, never the values: no details, no statements.
        log_error_verbosity = terse
        log_min_error_statement = panic

        """;
}
