using Npgsql;

namespace XChat.Storage;

/// <summary>The list of silos that Orleans keeps in the database.</summary>
public static class ClusterMembership
{
    /// <summary>
    /// Takes every silo off a cluster's list. Only for a silo that is known to be alone: entries that a killed process left behind would hold
    /// its successor up until they are voted dead.
    /// </summary>
    public static async Task ForgetSilosAsync(NpgsqlDataSource database, string clusterId, CancellationToken cancellationToken)
    {
        const string ForgetSql = "DELETE FROM orleans_membership WHERE deployment_id = $1";

        await using NpgsqlCommand forget = database.CreateCommand(ForgetSql);
        forget.Parameters.Add(new NpgsqlParameter<string> { TypedValue = clusterId });
        await forget.ExecuteNonQueryAsync(cancellationToken);
    }
}
