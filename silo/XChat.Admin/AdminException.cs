using System.Net.Sockets;

using Npgsql;

using XChat.GrainInterfaces;

namespace XChat.Admin;

/// <summary>A command cannot be run as given. The message is the one line that the operator sees.</summary>
internal sealed class AdminException(string message) : Exception(message)
{
    /// <summary>Whether an exception is about the world and not a bug: its message says enough.</summary>
    public static bool IsForTheOperator(Exception problem) => problem
        is AdminException or NpgsqlException or OrleansException or StorageUnavailableException or TimeoutException or IOException
        or SocketException or OperationCanceledException;
}
