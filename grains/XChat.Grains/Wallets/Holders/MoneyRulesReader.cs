using System.Text.Json;
using System.Text.Json.Serialization;

using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.Holders;

/// <summary>Reads the document of the rules and names every problem with its place.</summary>
internal sealed class MoneyRulesReader
{
    private const int LongestName = 32;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    private readonly List<string> _problems = [];

    public static MoneyRules Read(string json)
    {
        RulesDocument document;
        try
        {
            document = JsonSerializer.Deserialize<RulesDocument>(json, Json) ?? throw new MoneyRulesException(["it is empty"]);
        }
        catch (JsonException problem)
        {
            throw new MoneyRulesException([problem.Message]);
        }

        MoneyRulesReader reader = new();
        MoneyRules rules = reader.Read(document);
        return reader._problems.Count == 0 ? rules : throw new MoneyRulesException(reader._problems);
    }

    private MoneyRules Read(RulesDocument document)
    {
        Require(document.Version == 1, "version", $"is {document.Version}: this server reads version 1");
        Dictionary<string, Jurisdiction> jurisdictions = [];
        foreach ((string code, JurisdictionDocument jurisdiction) in document.Jurisdictions ?? [])
        {
            string place = $"jurisdictions.{code}";
            RequireName(code, place);
            jurisdictions[code] = Read(code, jurisdiction, place);
        }

        Require(jurisdictions.Count > 0, "jurisdictions", "is empty: nobody could pay");
        Require(
            jurisdictions.ContainsKey(document.DefaultJurisdiction ?? string.Empty),
            "defaultJurisdiction",
            $"is \"{document.DefaultJurisdiction}\", which is none of jurisdictions");
        return new MoneyRules(document.DefaultJurisdiction ?? string.Empty, jurisdictions);
    }

    private Jurisdiction Read(string code, JurisdictionDocument document, string place)
    {
        Dictionary<string, Tier> tiers = [];
        foreach ((string name, TierDocument tier) in document.Tiers ?? [])
        {
            RequireName(name, $"{place}.tiers.{name}");
            tiers[name] = Read(name, tier, $"{place}.tiers.{name}");
        }

        Require(
            tiers.ContainsKey(document.DefaultTier ?? string.Empty), $"{place}.defaultTier", $"is \"{document.DefaultTier}\", which is none of its tiers");
        return new Jurisdiction(code, document.Payments, document.DefaultTier ?? string.Empty, tiers);
    }

    private Tier Read(string name, TierDocument document, string place)
    {
        MoneyFeatures features = MoneyFeatures.None;
        foreach (string feature in document.Features ?? [])
        {
            bool known = Enum.TryParse(feature, ignoreCase: true, out MoneyFeatures found) && !char.IsAsciiDigit(feature[0]) && !feature.Contains(',');
            Require(known, $"{place}.features", $"has \"{feature}\": there are pay, payWithAcceptance, payRequest, paySplit, redPacket, receive, withdraw, "
                + "and all");
            features |= found;
        }

        List<LimitRule> limits = [];
        foreach ((int index, LimitDocument limit) in (document.Limits ?? []).Index())
        {
            int before = _problems.Count;
            LimitRule rule = Read(limit, $"{place}.limits[{index}]");
            bool twice = limits.Any(other => (other.Direction, other.Window, other.Currency) == (rule.Direction, rule.Window, rule.Currency));
            // What could not be read is like nothing.
            Require(
                !twice || _problems.Count > before,
                $"{place}.limits[{index}]",
                "is for the same direction, window and currency as one before it");
            limits.Add(rule);
        }

        return new Tier(name, features, limits);
    }

    private LimitRule Read(LimitDocument document, string place)
    {
        MoneyDirection direction = document.Direction switch
        {
            "out" => MoneyDirection.Out,
            "in" => MoneyDirection.In,
            _ => MoneyDirection.Unspecified,
        };
        Require(direction != MoneyDirection.Unspecified, $"{place}.direction", $"is \"{document.Direction}\": there are out and in");
        LimitWindow? found = WindowOf(document.Window, $"{place}.window");
        Currency? currency = document.Currency is null or "*" ? null : new Currency(document.Currency);
        bool known = currency is null || currency.Value.IsKnown();
        Require(known, $"{place}.currency", $"is \"{document.Currency}\": give a code of ISO 4217, or * for every currency");
        Require(document.Amount is not null || document.Count is not null, place, "limits neither amount nor count");
        Require(document.Count is null or >= 0, $"{place}.count", "is negative");
        Require(found != LimitWindow.Payment || document.Count is null, $"{place}.count", "has no meaning for a single payment");
        RequireAmount(document.Amount, known ? currency : null, $"{place}.amount");
        return new LimitRule(direction, found ?? default, currency, document.Amount, document.Count);
    }

    private LimitWindow? WindowOf(string? text, string place)
    {
        LimitWindow? window = text switch
        {
            "payment" => LimitWindow.Payment,
            "day" => LimitWindow.Day,
            "month" => LimitWindow.Month,
            "year" => LimitWindow.Year,
            _ => null,
        };
        Require(window is not null, place, $"is \"{text}\": there are payment, day, month and year");
        return window;
    }

    private void RequireAmount(string? amount, Currency? currency, string place)
    {
        bool whole = amount is null || (amount.Length is > 0 and <= 15 && amount.All(char.IsAsciiDigit));
        bool good = amount is null || (currency is { } code ? Money.TryParse(amount, code, out _) : whole);
        Require(good, place, currency is null
            ? $"is \"{amount}\": for every currency, give whole units of it"
            : $"is \"{amount}\": give an amount of {currency} as in 12.34");
    }

    private void RequireName(string name, string place) => Require(
        name.Length is > 0 and <= LongestName && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_'),
        place,
        $"is no name: give 1 to {LongestName} letters, digits, - and _");

    private void Require(bool holds, string place, string problem)
    {
        if (!holds)
        {
            _problems.Add($"{place} {problem}");
        }
    }

    private sealed record RulesDocument(int Version, string? DefaultJurisdiction, Dictionary<string, JurisdictionDocument>? Jurisdictions);

    private sealed record JurisdictionDocument(bool Payments, string? DefaultTier, Dictionary<string, TierDocument>? Tiers);

    private sealed record TierDocument(string[]? Features, LimitDocument[]? Limits);

    private sealed record LimitDocument(string? Direction, string? Window, string? Currency, string? Amount, long? Count);
}

/// <summary>A document of rules cannot be used. The message names every problem.</summary>
public sealed class MoneyRulesException(IReadOnlyList<string> problems) : Exception(string.Join("; ", problems))
{
    /// <summary>One text for each problem, beginning with its place in the document.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
