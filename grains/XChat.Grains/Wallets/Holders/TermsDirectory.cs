using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Screening;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Wallets.Holders;

/// <summary>
/// Finds the terms of commands. What is said about people is remembered; where that has grown old, the ledger refuses what was decided on it, and it is
/// asked for anew. Nobody is remembered who was not held against the screening list that is in force.
/// </summary>
public sealed class TermsDirectory(IHolderStore store, MoneyRules rules, ScreeningDesk desk)
{
    private const int Remembered = 200_000;

    // All wallets of a silo share it.
    private readonly Lock _gate = new();
    private readonly Dictionary<UserId, StoredHolder> _holders = [];
    private volatile int _screened;

    /// <summary>The terms, if everybody in them is remembered; else null, and <see cref="FetchAsync"/> has to be called first.</summary>
    /// <param name="state">The wallet that decides.</param>
    /// <param name="command">What it decides.</param>
    /// <param name="received">What is known of the payees' windows.</param>
    public PaymentTerms? Find(WalletState state, WalletCommand command, IReadOnlyList<UsageRow> received)
    {
        if (rules.IsUnlimited)
        {
            return PaymentTerms.None;
        }

        if (_screened != desk.Version)
        {
            return null;
        }

        Parties parties = PartiesOf(state, command);
        HolderTerms? payer = null;
        if (parties.Payer is { } key && (payer = Find(key, MoneyDirection.Out)) is null)
        {
            return null;
        }

        Dictionary<WalletKey, HolderTerms> payees = new(parties.Payees.Count);
        foreach (WalletKey payee in parties.Payees)
        {
            if (Find(payee, MoneyDirection.In) is not { } terms)
            {
                return null;
            }

            Guid account = received.Count == 0 ? default : payee.ToAccountId();
            payees[payee] = received.Count == 0 ? terms : terms with { Used = [.. received.Where(row => row.Key.Account == account)] };
        }

        return new PaymentTerms(payer, payees);
    }

    /// <summary>Asks about all parties anew, and for what the payees have received in the windows that limit them.</summary>
    public async Task<IReadOnlyList<UsageRow>> FetchAsync(WalletState state, WalletCommand command)
    {
        if (rules.IsUnlimited)
        {
            return [];
        }

        Parties parties = PartiesOf(state, command);
        UserId[] users =
        [
            .. parties.Payees.Append(parties.Payer ?? default).Where(IsPerson).Select(key => new UserId(key.Owner)).Distinct(),
        ];
        ForgetIfOutdated(desk.Version);
        foreach (StoredHolder holder in await store.FindAsync(users, CancellationToken.None))
        {
            StoredHolder screened = await desk.ScreenAsync(holder);
            lock (_gate)
            {
                _holders[holder.User] = screened;
            }
        }

        Guid[] limited = [.. parties.Payees.Where(IsLimited).Select(payee => payee.ToAccountId())];
        return limited.Length == 0 ? [] : await store.ReadUsageAsync(limited, MoneyDirection.In, CancellationToken.None);
    }

    /// <summary>Whether a person is blocked, as of now.</summary>
    public async Task<bool> IsBlockedAsync(WalletKey wallet) => !rules.IsUnlimited && IsPerson(wallet)
        && (await store.FindAsync([new UserId(wallet.Owner)], CancellationToken.None))[0].Blocked;

    /// <summary>Whoever was remembered under another version of the list is screened again; and nobody is remembered without a bound.</summary>
    private void ForgetIfOutdated(int version)
    {
        lock (_gate)
        {
            if (_holders.Count > Remembered || _screened != version)
            {
                _holders.Clear();
                _screened = version;
            }
        }
    }

    private bool IsLimited(WalletKey payee) => Find(payee, MoneyDirection.In) is { Limits.Count: > 0 };

    private HolderTerms? Find(WalletKey key, MoneyDirection direction)
    {
        StoredHolder? holder;
        lock (_gate)
        {
            holder = _holders.GetValueOrDefault(new UserId(key.Owner));
        }

        if (holder is null)
        {
            return null;
        }

        Tier? tier = rules.TierOf(holder);
        IReadOnlyList<MoneyLimit> limits = tier?.LimitsIn(key.Currency) ?? [];
        return new HolderTerms(
            holder,
            rules.JurisdictionOf(holder) is { Payments: true } && tier is not null,
            tier?.Features ?? MoneyFeatures.None,
            [.. limits.Where(limit => limit.Direction == direction)]);
    }

    private static Parties PartiesOf(WalletState state, WalletCommand command)
    {
        WalletKey? payer = IsPerson(state.Key) ? state.Key : null;
        return command switch
        {
            TransferCommand transfer => new Parties(
                payer,
                [.. transfer.Legs.Where(leg => IsPerson(leg.Credit) && TermsRules.IsScreenedIn(leg.Reason)).Select(leg => leg.Credit).Distinct()]),
            ResolveCommand { Resolution: PendingResolution.Post } post when state.Pending.GetValueOrDefault(post.Pending) is { } pending => new Parties(
                payer, IsPerson(pending.Credit) && TermsRules.IsRuledIn(pending.Reason) ? [pending.Credit] : []),
            _ => new Parties(null, []),
        };
    }

    private static bool IsPerson(WalletKey key) => key.Kind == WalletKind.User && key.Owner != Guid.Empty;

    private readonly record struct Parties(WalletKey? Payer, IReadOnlyList<WalletKey> Payees);
}
