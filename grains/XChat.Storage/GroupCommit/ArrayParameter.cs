using Npgsql;

using NpgsqlTypes;

namespace XChat.Storage.GroupCommit;

/// <summary>Array parameters of statements that write many rows at once.</summary>
internal static class ArrayParameter
{
    public static NpgsqlParameter<T[]> Of<T>(NpgsqlDbType element) => new() { NpgsqlDbType = NpgsqlDbType.Array | element };
}
