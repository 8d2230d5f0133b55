using XChat.GrainInterfaces.Wallets;

namespace XChat.Grains.Wallets.Holders;

/// <summary>What the rules say about the parties to a command: under which terms the wallet decides it.</summary>
/// <param name="Payer">The holder of the debited wallet; null where no person's money is debited.</param>
/// <param name="Payees">The holders of credited wallets, as far as receiving is ruled.</param>
public sealed record PaymentTerms(HolderTerms? Payer, IReadOnlyDictionary<WalletKey, HolderTerms> Payees)
{
    /// <summary>No rules, no counting.</summary>
    public static PaymentTerms None { get; } = new(null, new Dictionary<WalletKey, HolderTerms>());

    /// <summary>Whether nothing is ruled and nothing has to be counted.</summary>
    public bool AreNone => ReferenceEquals(this, None);

    /// <summary>What the decision rests on.</summary>
    public IEnumerable<HolderVersion> Versions =>
        Payees.Values.Prepend(Payer).OfType<HolderTerms>().Select(terms => new HolderVersion(terms.Holder.User, terms.Holder.Version)).Distinct();
}

/// <summary>
/// A party's part. <c>Limits</c> are those of the direction in which the party's money goes; <c>Used</c> is what is known to be used of a payee's, which
/// may be old and is less than the truth at most.
/// </summary>
public sealed record HolderTerms(StoredHolder Holder, bool PaymentsOn, MoneyFeatures Features, IReadOnlyList<MoneyLimit> Limits)
{
    public IReadOnlyList<UsageRow> Used { get; init; } = [];
}
