namespace XChat.LocalCluster;

/// <summary>How a running cluster is spoken to: HTTP over a socket file in its data folder, for the account that started it.</summary>
internal static class Control
{
    public const string Status = "/status";
    public const string Scale = "/scale";
    public const string Restart = "/restart";
    public const string Stop = "/stop";

    public static string SocketOf(string dataFolder) => Path.Combine(Path.GetFullPath(dataFolder), "control");
}

/// <summary>A line that a command prints while it is carried out. An error is its last one.</summary>
internal sealed record ControlLine(string Text, bool Error = false);

/// <summary>What <c>status</c> answers.</summary>
/// <param name="Address">Where clients connect.</param>
/// <param name="Postgres">The database's connection string; the socket's owner may know it.</param>
/// <param name="Members">The processes.</param>
internal sealed record ClusterStatus(string Address, string Postgres, IReadOnlyList<MemberStatus> Members);

/// <summary>One process.</summary>
internal sealed record MemberStatus(string Role, int Number, string State, int? ProcessId, string Address, int Crashes, string Log);
