using XChat.GrainInterfaces;
using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Accounts;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.Holders;

/// <inheritdoc cref="IHolderGrain"/>
/// <remarks>It keeps nothing in memory: what is said is read for each call, and written only behind the version that was read.</remarks>
[GrainType("holder")]
public sealed class HolderGrain(IHolderStore store, MoneyRules rules, IDeviceDirectory accounts, TimeProvider time) : Grain, IHolderGrain
{
    private UserId User => new(this.GetPrimaryKey());

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public async Task<HolderDescribed> Describe(DescribeHolder request)
    {
        StoredHolder holder = await FindAsync();
        Tier? tier = rules.TierOf(holder);
        List<LimitUsed> limits = [];
        foreach (Currency currency in request.Currencies)
        {
            Guid account = WalletKey.Of(User, currency).ToAccountId();
            List<UsageRow> used = [];
            foreach (MoneyDirection direction in (MoneyDirection[])[MoneyDirection.Out, MoneyDirection.In])
            {
                used.AddRange(await store.ReadUsageAsync([account], direction, CancellationToken.None));
            }

            limits.AddRange((tier?.LimitsIn(currency) ?? []).Select(limit => UsedOf(limit, currency, used)));
        }

        return new HolderDescribed(
            User,
            JurisdictionOf(holder),
            TierOf(holder),
            holder.Blocked,
            holder.Version,
            rules.IsUnlimited || tier is not null,
            rules.IsUnlimited || rules.JurisdictionOf(holder) is { Payments: true },
            NamesOf(rules.IsUnlimited ? MoneyFeatures.All : tier?.Features ?? MoneyFeatures.None),
            limits);
    }

    /// <inheritdoc/>
    public async Task<HolderAssigned> Assign(AssignHolder request)
    {
        StoredHolder known = await FindAsync();
        StoredHolder next = known with
        {
            Jurisdiction = request.Jurisdiction ?? known.Jurisdiction,
            // A tier of another jurisdiction means nothing: whoever moves starts at the bottom, unless a tier is given.
            Tier = request.Tier ?? (request.Jurisdiction is null ? known.Tier : string.Empty),
            Blocked = request.Blocked ?? known.Blocked,
            Version = known.Version + 1,
        };
        bool placed = request.Jurisdiction is not null || request.Tier is not null;
        HolderStatus status = !(await accounts.DescribeAsync(User)).Exists ? HolderStatus.UserUnknown
            : placed && rules.JurisdictionOf(next) is null ? HolderStatus.JurisdictionUnknown
            : placed && rules.TierOf(next) is null ? HolderStatus.TierUnknown
            : HolderStatus.Accepted;
        if (status != HolderStatus.Accepted || next with { Version = known.Version } == known)
        {
            return Answer(status, known);
        }

        return await store.TrySetAsync(next, NowMs, CancellationToken.None)
            ? Answer(HolderStatus.Accepted, next)
            : throw new StorageUnavailableException("Another writer got ahead. Repeat the same.");
    }

    private HolderAssigned Answer(HolderStatus status, StoredHolder holder) =>
        new(status, JurisdictionOf(holder), TierOf(holder), holder.Blocked, holder.Version);

    private LimitUsed UsedOf(MoneyLimit limit, Currency currency, List<UsageRow> used)
    {
        (long minorUnits, long count) = (0, 0);
        if (used.Find(row => row.Key.Direction == limit.Direction && row.Key.Window == limit.Window) is { } row)
        {
            (minorUnits, count) = row.In(UsageWindows.StartOf(limit.Window, NowMs));
        }

        return new LimitUsed(currency, limit.Direction, limit.Window, limit.MinorUnits ?? -1, limit.Count ?? -1, minorUnits, count);
    }

    private string JurisdictionOf(StoredHolder holder) => holder.Jurisdiction.Length == 0 ? rules.DefaultJurisdiction : holder.Jurisdiction;

    private string TierOf(StoredHolder holder) => holder.Tier.Length > 0 ? holder.Tier : rules.JurisdictionOf(holder)?.DefaultTier ?? string.Empty;

    private static string[] NamesOf(MoneyFeatures features) =>
    [
        .. Enum.GetValues<MoneyFeatures>().Where(feature => int.PopCount((int)feature) == 1 && features.HasFlag(feature))
            .Select(feature => $"{char.ToLowerInvariant(feature.ToString()[0])}{feature.ToString()[1..]}"),
    ];

    private async Task<StoredHolder> FindAsync() => (await store.FindAsync([User], CancellationToken.None))[0];
}
