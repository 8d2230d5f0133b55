using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.Holders;

/// <summary>
/// What a server's operator allows with money: for each jurisdiction whether there are payments, and for each of its tiers what a person may do and how
/// much. Read from one document; all silos of a cluster have the same.
/// </summary>
public sealed class MoneyRules
{
    internal MoneyRules(string defaultJurisdiction, IReadOnlyDictionary<string, Jurisdiction> jurisdictions) =>
        (DefaultJurisdiction, Jurisdictions) = (defaultJurisdiction, jurisdictions);

    /// <summary>Nothing is limited, nobody is asked about, and nothing is counted.</summary>
    public static MoneyRules Unlimited { get; } = new(string.Empty, new Dictionary<string, Jurisdiction>());

    /// <summary>The rules of a server whose operator gave none: one jurisdiction with a low tier for everybody.</summary>
    public static MoneyRules Default { get; } = ReadDefault();

    /// <summary>Where somebody is about whom nothing was said.</summary>
    public string DefaultJurisdiction { get; }

    /// <summary>By code.</summary>
    public IReadOnlyDictionary<string, Jurisdiction> Jurisdictions { get; }

    /// <summary>Whether there are rules at all.</summary>
    public bool IsUnlimited => Jurisdictions.Count == 0;

    /// <summary>Reads a document.</summary>
    /// <exception cref="MoneyRulesException">It is none, or contradicts itself; every problem is named.</exception>
    public static MoneyRules Parse(string json) => MoneyRulesReader.Read(json);

    /// <summary>The jurisdiction in force for a person; null when the rules no longer have it.</summary>
    public Jurisdiction? JurisdictionOf(StoredHolder holder) =>
        Jurisdictions.GetValueOrDefault(holder.Jurisdiction.Length == 0 ? DefaultJurisdiction : holder.Jurisdiction);

    /// <summary>The tier in force for a person; null when the rules no longer have it.</summary>
    public Tier? TierOf(StoredHolder holder) => JurisdictionOf(holder) is { } jurisdiction
        ? jurisdiction.Tiers.GetValueOrDefault(holder.Tier.Length == 0 ? jurisdiction.DefaultTier : holder.Tier)
        : null;

    private static MoneyRules ReadDefault()
    {
        using StreamReader reader = new(typeof(MoneyRules).Assembly.GetManifestResourceStream("default-money-rules.json")!);
        return Parse(reader.ReadToEnd());
    }
}

/// <summary>A place whose law applies.</summary>
/// <param name="Code">Its name in the rules.</param>
/// <param name="Payments">Whether there are payments. Off leaves chat as it is.</param>
/// <param name="DefaultTier">The tier of somebody about whom nothing was said.</param>
/// <param name="Tiers">By name.</param>
public sealed record Jurisdiction(string Code, bool Payments, string DefaultTier, IReadOnlyDictionary<string, Tier> Tiers);

/// <summary>How well somebody is known, and what that allows.</summary>
public sealed class Tier
{
    private readonly IReadOnlyList<LimitRule> _limits;
    private readonly Lock _gate = new();
    private readonly Dictionary<Currency, IReadOnlyList<MoneyLimit>> _byCurrency = [];

    internal Tier(string name, MoneyFeatures features, IReadOnlyList<LimitRule> limits) => (Name, Features, _limits) = (name, features, limits);

    public string Name { get; }

    public MoneyFeatures Features { get; }

    /// <summary>The limits in a currency: those that name it, and those for every currency where none of the same kind names it.</summary>
    public IReadOnlyList<MoneyLimit> LimitsIn(Currency currency)
    {
        lock (_gate)
        {
            if (!_byCurrency.TryGetValue(currency, out IReadOnlyList<MoneyLimit>? limits))
            {
                _byCurrency.Add(currency, limits = FindLimits(currency));
            }

            return limits;
        }
    }

    private MoneyLimit[] FindLimits(Currency currency) =>
    [
        .. _limits.Where(rule => rule.Currency == currency || (rule.Currency is null
                && !_limits.Any(other => other.Currency == currency && (other.Direction, other.Window) == (rule.Direction, rule.Window))))
            .Select(rule => new MoneyLimit(rule.Direction, rule.Window, rule.MinorUnitsIn(currency), rule.Count)),
    ];
}

/// <summary>A line of a tier. No currency: it holds in each, and the amount is whole units of it.</summary>
internal sealed record LimitRule(MoneyDirection Direction, LimitWindow Window, Currency? Currency, string? Amount, long? Count)
{
    public long? MinorUnitsIn(Currency currency) =>
        Amount is null ? null
        : Money.TryParse(Amount, currency, out Money money) ? money.MinorUnits
        // More than 64 bits of minor units is more than anybody has.
        : long.MaxValue;
}
