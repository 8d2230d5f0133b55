using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Holders;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.UnitTests.Wallets;

/// <summary>The document of the rules, and the windows of its limits.</summary>
public sealed class MoneyRulesTests
{
    private static readonly Currency Euro = new("EUR");
    private static readonly Currency Yen = new("JPY");

    [Fact]
    public void The_rules_that_come_with_the_server_let_everybody_pay_a_little()
    {
        StoredHolder anybody = StoredHolder.Unknown(UserId.New());
        Tier tier = MoneyRules.Default.TierOf(anybody)!;

        Assert.True(MoneyRules.Default.JurisdictionOf(anybody)!.Payments);
        Assert.Equal(MoneyFeatures.All, tier.Features);
        Assert.Equal(1_000_00, tier.LimitsIn(Euro).Single(limit => limit.Window == LimitWindow.Payment).MinorUnits);
        Assert.Equal(100_000, tier.LimitsIn(Yen).Single(limit => limit.Window == LimitWindow.Payment).MinorUnits);
        Assert.All(tier.LimitsIn(new("KWD")), limit => Assert.Equal(0, limit.MinorUnits % 1_000));
    }

    [Fact]
    public void A_limit_that_names_the_currency_takes_the_place_of_the_one_for_every_currency()
    {
        MoneyRules rules = Parse("""
            { "direction": "out", "window": "day", "currency": "*", "amount": "10", "count": 3 },
            { "direction": "out", "window": "day", "currency": "JPY", "amount": "2000" },
            { "direction": "in", "window": "day", "amount": "7" }
            """);
        Tier tier = rules.TierOf(StoredHolder.Unknown(UserId.New()))!;

        Assert.Equal(
            [new(MoneyDirection.Out, LimitWindow.Day, 10_00, 3), new MoneyLimit(MoneyDirection.In, LimitWindow.Day, 7_00, null)], tier.LimitsIn(Euro));
        Assert.Equal(
            [new(MoneyDirection.Out, LimitWindow.Day, 2000, null), new MoneyLimit(MoneyDirection.In, LimitWindow.Day, 7, null)], tier.LimitsIn(Yen));
    }

    [Theory]
    [InlineData("""{ "direction": "up", "window": "day", "amount": "1" }""", "tiers.t.limits[0].direction is \"up\"")]
    [InlineData("""{ "direction": "out", "window": "week", "amount": "1" }""", "tiers.t.limits[0].window is \"week\"")]
    [InlineData("""{ "direction": "out", "window": "day", "currency": "ABC", "amount": "1" }""", "tiers.t.limits[0].currency is \"ABC\"")]
    [InlineData("""{ "direction": "out", "window": "day" }""", "limits neither amount nor count")]
    [InlineData("""{ "direction": "out", "window": "day", "count": -1 }""", "count is negative")]
    [InlineData("""{ "direction": "out", "window": "payment", "count": 3 }""", "no meaning for a single payment")]
    [InlineData("""{ "direction": "out", "window": "day", "amount": "1.50" }""", "whole units")]
    [InlineData("""{ "direction": "out", "window": "day", "currency": "JPY", "amount": "1.50" }""", "give an amount of JPY")]
    [InlineData("""{ "direction": "out", "window": "day", "amount": "1" }, { "direction": "out", "window": "day", "count": 1 }""", "same direction, window")]
    [InlineData("""{ "direction": "out", "window": "day", "amout": "1" }""", "amout")]
    public void What_contradicts_itself_is_named_with_its_place(string limits, string problem)
    {
        MoneyRulesException refused = Assert.Throws<MoneyRulesException>(() => Parse(limits));

        Assert.Contains(refused.Problems, text => text.Contains(problem, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("{}", "defaultJurisdiction")]
    [InlineData("""{ "version": 2, "defaultJurisdiction": "A", "jurisdictions": {} }""", "version is 2")]
    [InlineData("""{ "version": 1, "defaultJurisdiction": "B", "jurisdictions": { "B": { "defaultTier": "t", "tiers": {} } } }""", "B.defaultTier")]
    public void A_document_that_is_none_is_refused(string document, string problem)
    {
        MoneyRulesException refused = Assert.Throws<MoneyRulesException>(() => MoneyRules.Parse(document));

        Assert.Contains(refused.Problems, text => text.Contains(problem, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("2024-02-29T23:59:59Z", "2024-02-29", "2024-02-01", "2024-01-01")]
    [InlineData("2026-01-01T00:00:00Z", "2026-01-01", "2026-01-01", "2026-01-01")]
    [InlineData("2026-12-31T12:00:00Z", "2026-12-31", "2026-12-01", "2026-01-01")]
    public void Windows_begin_with_the_calendar_in_utc(string moment, string day, string month, string year)
    {
        long timeMs = DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

        Assert.Equal(
            new[] { day, month, year },
            UsageWindows.Counted.Select(window => new DateOnly(1970, 1, 1).AddDays(UsageWindows.StartOf(window, timeMs)).ToString("yyyy-MM-dd")));
    }

    private static MoneyRules Parse(string limits) => MoneyRules.Parse(
        $$"""
        {
          "version": 1, "defaultJurisdiction": "A",
          "jurisdictions": { "A": { "payments": true, "defaultTier": "t", "tiers": { "t": { "features": ["all"], "limits": [{{limits}}] } } } }
        }
        """);
}
