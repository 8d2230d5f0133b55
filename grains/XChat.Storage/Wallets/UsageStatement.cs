using Npgsql;

using NpgsqlTypes;

using XChat.Grains.Wallets;
using XChat.Grains.Wallets.Holders;
using XChat.Storage.GroupCommit;

namespace XChat.Storage.Wallets;

/// <summary>
/// Counts what a batch adds to the windows of limits, and holds it to what was said about the parties. The rows are locked behind those of their accounts,
/// so no two writers wait for each other here.
/// </summary>
internal sealed class UsageStatement
{
    private const string CountSql = """
        INSERT INTO wallet_usage AS u (account_id, direction, period, starts_on, amount, transfers, most_amount, most)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (account_id, direction, period) DO UPDATE SET
            amount = CASE WHEN excluded.starts_on > u.starts_on THEN 0 ELSE u.amount END + excluded.amount,
            transfers = CASE WHEN excluded.starts_on > u.starts_on THEN 0 ELSE u.transfers END + excluded.transfers,
            starts_on = greatest(u.starts_on, excluded.starts_on), most_amount = excluded.most_amount, most = excluded.most
        """;

    private const string HoldersSql = """
        SELECT ledger_require(NOT EXISTS (
            SELECT FROM unnest($1, $2) AS d(user_id, version) JOIN wallet_holder AS h ON h.user_id = d.user_id WHERE h.version <> d.version))
        """;

    private readonly NpgsqlParameter<Guid[]> _accounts = ArrayParameter.Of<Guid>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<short[]> _directions = ArrayParameter.Of<short>(NpgsqlDbType.Smallint);
    private readonly NpgsqlParameter<short[]> _periods = ArrayParameter.Of<short>(NpgsqlDbType.Smallint);
    private readonly NpgsqlParameter<int[]> _starts = ArrayParameter.Of<int>(NpgsqlDbType.Integer);
    private readonly NpgsqlParameter<long[]> _amounts = ArrayParameter.Of<long>(NpgsqlDbType.Bigint);
    private readonly NpgsqlParameter<long[]> _counts = ArrayParameter.Of<long>(NpgsqlDbType.Bigint);
    private readonly NpgsqlParameter<long?[]> _mostAmounts = ArrayParameter.Of<long?>(NpgsqlDbType.Bigint);
    private readonly NpgsqlParameter<long?[]> _most = ArrayParameter.Of<long?>(NpgsqlDbType.Bigint);
    private readonly NpgsqlParameter<Guid[]> _users = ArrayParameter.Of<Guid>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<long[]> _versions = ArrayParameter.Of<long>(NpgsqlDbType.Bigint);
    private readonly NpgsqlBatchCommand _count;
    private readonly NpgsqlBatchCommand _holders;

    public UsageStatement()
    {
        _count = new NpgsqlBatchCommand(CountSql)
        {
            Parameters = { _accounts, _directions, _periods, _starts, _amounts, _counts, _mostAmounts, _most },
        };
        _holders = new NpgsqlBatchCommand(HoldersSql) { Parameters = { _users, _versions } };
    }

    /// <summary>Adds the statements that the commands need; none where there are no rules.</summary>
    public void AddTo(NpgsqlBatch batch, IReadOnlyList<DecidedCommand> commands)
    {
        HolderVersion[] holders = [.. commands.SelectMany(command => command.Holders).Distinct()];
        if (holders.Length > 0)
        {
            _users.TypedValue = [.. holders.Select(holder => holder.User.Value)];
            _versions.TypedValue = [.. holders.Select(holder => holder.Version)];
            batch.BatchCommands.Add(_holders);
        }

        UsageChange[] changes = [.. SumOf(commands.SelectMany(command => command.Usage))];
        if (changes.Length > 0)
        {
            Fill(changes);
            batch.BatchCommands.Add(_count);
        }
    }

    /// <summary>One change for each row, in the order in which every writer locks them.</summary>
    internal static IEnumerable<UsageChange> SumOf(IEnumerable<UsageChange> changes)
    {
        Dictionary<UsageKey, UsageChange> sums = [];
        foreach (UsageChange change in changes)
        {
            sums[change.Added.Key] = sums.TryGetValue(change.Added.Key, out UsageChange? sum) ? change with { Added = Merge(sum.Added, change.Added) } : change;
        }

        return sums.Values.OrderBy(sum => sum.Added.Key.Account).ThenBy(sum => sum.Added.Key.Direction).ThenBy(sum => sum.Added.Key.Window);
    }

    // What a batch adds around midnight goes into the newer window as a whole: a limit is met early at worst.
    private static UsageRow Merge(UsageRow sum, UsageRow more) => new(
        sum.Key, Math.Max(sum.StartsOn, more.StartsOn), checked(sum.MinorUnits + more.MinorUnits), checked(sum.Count + more.Count));

    private void Fill(UsageChange[] changes)
    {
        _accounts.TypedValue = [.. changes.Select(change => change.Added.Key.Account)];
        _directions.TypedValue = [.. changes.Select(change => (short)change.Added.Key.Direction)];
        _periods.TypedValue = [.. changes.Select(change => (short)change.Added.Key.Window)];
        _starts.TypedValue = [.. changes.Select(change => change.Added.StartsOn)];
        _amounts.TypedValue = [.. changes.Select(change => change.Added.MinorUnits)];
        _counts.TypedValue = [.. changes.Select(change => change.Added.Count)];
        _mostAmounts.TypedValue = [.. changes.Select(change => change.MostMinorUnits)];
        _most.TypedValue = [.. changes.Select(change => change.MostCount)];
    }
}
