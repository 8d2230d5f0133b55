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
        SELECT c.account_id, ($2)[c.i], ($3)[c.i], ($4)[c.i], ($5)[c.i], ($6)[c.i], nullif(($7)[c.i], -1), nullif(($8)[c.i], -1)
        FROM (SELECT n.account_id, n.place::integer AS i FROM unnest($1) WITH ORDINALITY AS n(account_id, place)) AS c
        ON CONFLICT (account_id, direction, period) DO UPDATE SET
            amount = CASE WHEN excluded.starts_on > u.starts_on THEN 0 ELSE u.amount END + excluded.amount,
            transfers = CASE WHEN excluded.starts_on > u.starts_on THEN 0 ELSE u.transfers END + excluded.transfers,
            starts_on = greatest(u.starts_on, excluded.starts_on), most_amount = excluded.most_amount, most = excluded.most
        """;

    private const string HoldersSql = """
        SELECT ledger_require(NOT EXISTS (
            SELECT FROM unnest($1, $2) AS d(user_id, version) JOIN wallet_holder AS h ON h.user_id = d.user_id WHERE h.version <> d.version))
        """;

    private const long NoLimit = -1;

    private readonly Column<Guid> _accounts = new(NpgsqlDbType.Uuid);
    private readonly Column<short> _directions = new(NpgsqlDbType.Smallint);
    private readonly Column<short> _periods = new(NpgsqlDbType.Smallint);
    private readonly Column<int> _starts = new(NpgsqlDbType.Integer);
    private readonly Column<long> _amounts = new(NpgsqlDbType.Bigint);
    private readonly Column<long> _counts = new(NpgsqlDbType.Bigint);
    private readonly Column<long> _mostAmounts = new(NpgsqlDbType.Bigint, NoLimit);
    private readonly Column<long> _most = new(NpgsqlDbType.Bigint, NoLimit);
    private readonly Column<Guid> _users = new(NpgsqlDbType.Uuid);
    private readonly Column<long> _versions = new(NpgsqlDbType.Bigint);
    private readonly RowStatement _count;
    private readonly RowStatement _holders;

    public UsageStatement()
    {
        _count = new RowStatement(CountSql, _accounts, _directions, _periods, _starts, _amounts, _counts, _mostAmounts, _most);
        _holders = new RowStatement(HoldersSql, _users, _versions);
    }

    /// <summary>Adds the statements that the commands need; none where there are no rules.</summary>
    public void AddTo(NpgsqlBatch batch, LedgerBatch rows)
    {
        HashSet<HolderVersion> holders = [];
        List<UsageChange> usage = [];
        foreach ((_, DecidedCommand command) in rows.Commands)
        {
            holders.UnionWith(command.Holders);
            usage.AddRange(command.Usage);
        }

        if (holders.Count > 0)
        {
            batch.BatchCommands.Add(Hold(holders));
        }

        if (usage.Count > 0)
        {
            batch.BatchCommands.Add(Count(SumOf(usage)));
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

    private NpgsqlBatchCommand Hold(IEnumerable<HolderVersion> holders)
    {
        _holders.Clear();
        foreach (HolderVersion holder in holders)
        {
            _users.Add(holder.User.Value);
            _versions.Add(holder.Version);
        }

        return _holders.Command;
    }

    private NpgsqlBatchCommand Count(IEnumerable<UsageChange> changes)
    {
        _count.Clear();
        foreach (UsageChange change in changes)
        {
            _accounts.Add(change.Added.Key.Account);
            _directions.Add((short)change.Added.Key.Direction);
            _periods.Add((short)change.Added.Key.Window);
            _starts.Add(change.Added.StartsOn);
            _amounts.Add(change.Added.MinorUnits);
            _counts.Add(change.Added.Count);
            _mostAmounts.Add(change.MostMinorUnits ?? NoLimit);
            _most.Add(change.MostCount ?? NoLimit);
        }

        return _count.Command;
    }
}
