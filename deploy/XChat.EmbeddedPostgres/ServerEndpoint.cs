using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace XChat.EmbeddedPostgres;

/// <summary>How the server is reached: by a socket file, or on Windows by a loopback port. In both cases only with the password.</summary>
internal sealed record ServerEndpoint(string Host, int Port)
{
    /// <summary>The only role of an embedded server, and the name of XChat's database.</summary>
    public const string Role = "xchat";

    private const int SocketNumber = 5432;

    public static ServerEndpoint Choose(ServerFolder folder) =>
        OperatingSystem.IsWindows() ? new("127.0.0.1", FreePort()) : new(folder.Run, SocketNumber);

    public string ConnectionString(string password, string database) => new NpgsqlConnectionStringBuilder
    {
        Host = Host,
        Port = Port,
        Username = Role,
        Password = password,
        Database = database,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
    }.ConnectionString;

    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
