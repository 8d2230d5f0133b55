using Npgsql;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets;
using XChat.Grains.Wallets.GroupCommit;
using XChat.Grains.Wallets.Holders;
using XChat.Protocol.Accounts;
using XChat.Storage.Wallets.Holders;

namespace XChat.Storage.Wallets;

/// <summary>Tells which chunks of a refused batch go beyond a limit by themselves, or rest on what is no longer said about a party.</summary>
internal sealed class UsageExamination
{
    private readonly Dictionary<UsageKey, UsageRow> _rows = [];
    private readonly Dictionary<UserId, long> _versions = [];

    private UsageExamination()
    {
    }

    public static async Task<UsageExamination> RunAsync(
        NpgsqlDataSource database, IReadOnlyList<LedgerChunk> chunks, CancellationToken cancellationToken)
    {
        UsageExamination examination = new();
        DecidedCommand[] commands = [.. chunks.SelectMany(chunk => chunk.Commands)];
        UserId[] users = [.. commands.SelectMany(command => command.Holders).Select(holder => holder.User).Distinct()];
        if (users.Length == 0)
        {
            return examination;
        }

        PostgresHolderStore store = new(database);
        foreach (StoredHolder holder in await store.FindAsync(users, cancellationToken))
        {
            examination._versions[holder.User] = holder.Version;
        }

        foreach (MoneyDirection direction in (MoneyDirection[])[MoneyDirection.Out, MoneyDirection.In])
        {
            Guid[] accounts =
            [
                .. commands.SelectMany(command => command.Usage).Select(change => change.Added.Key).Where(key => key.Direction == direction)
                    .Select(key => key.Account).Distinct(),
            ];
            foreach (UsageRow row in accounts.Length == 0 ? [] : await store.ReadUsageAsync(accounts, direction, cancellationToken))
            {
                examination._rows[row.Key] = row;
            }
        }

        return examination;
    }

    /// <summary>Whether a chunk that is not written yet can never be written as it was decided.</summary>
    public bool Forbids(LedgerChunk chunk) =>
        chunk.Commands.SelectMany(command => command.Holders).Any(holder => _versions.GetValueOrDefault(holder.User) != holder.Version)
        || UsageStatement.SumOf(chunk.Commands.SelectMany(command => command.Usage)).Any(IsBeyond);

    private bool IsBeyond(UsageChange change)
    {
        UsageRow after = _rows.TryGetValue(change.Added.Key, out UsageRow? row) ? row.Add(change.Added) : change.Added;
        return after.MinorUnits > (change.MostMinorUnits ?? long.MaxValue) || after.Count > (change.MostCount ?? long.MaxValue);
    }
}
