using XChat.Crypto.Transparency;

namespace XChat.Grains.Transparency;

/// <summary>What goes into the key log. Pure: no clock, no I/O.</summary>
public static class TransparencyRules
{
    /// <summary>The statements for changes that wait, appended to the log in memory. A change that is in the log already is left out.</summary>
    public static IReadOnlyList<NewStatement> Append(KeyLog log, IReadOnlyList<PendingStatement> pending)
    {
        List<NewStatement> statements = [];
        foreach (PendingStatement change in pending)
        {
            LatestStatement? before = log.State.Map.Find(AccountStatement.KeyOf(change.Label));
            if (before is not null && before.Version >= change.Version)
            {
                continue;
            }

            byte[] statement = new AccountStatement(
                change.Label, change.User.Value, change.AccountKey, change.Version, change.DeviceListHash,
                before?.StatementHash ?? AccountStatement.NoPrevious, change.KeySuccession).Encode();
            Replay(log, statement);
            statements.Add(new NewStatement(change.Label, change.Version, statement));
        }

        return statements;
    }

    /// <summary>Takes a statement over that is in the database.</summary>
    /// <exception cref="InvalidDataException">It cannot stand where it stands: somebody changed the rows.</exception>
    public static void Replay(KeyLog log, byte[] statement)
    {
        if (log.Append(statement) is { } fault)
        {
            throw new InvalidDataException($"The key log in the database is damaged at {log.State.Size}: {fault}");
        }
    }
}
