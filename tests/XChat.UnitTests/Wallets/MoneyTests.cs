using CsCheck;

using XChat.Protocol.Wallets;

namespace XChat.UnitTests.Wallets;

/// <summary>Amounts: their text, their arithmetic, and the currencies they are in.</summary>
public sealed class MoneyTests
{
    private static readonly Currency Euro = new("EUR");

    [Theory]
    [InlineData("12.34", "EUR", 1234)]
    [InlineData("12.3", "EUR", 1230)]
    [InlineData("0.01", "EUR", 1)]
    [InlineData("500", "JPY", 500)]
    [InlineData("1.234", "KWD", 1234)]
    [InlineData("92233720368547758.07", "EUR", long.MaxValue)]
    public void An_amount_is_read_in_the_minor_unit_of_its_currency(string text, string code, long minorUnits)
    {
        Assert.True(Money.TryParse(text, new Currency(code), out Money money));
        Assert.Equal(new Money(minorUnits, new Currency(code)), money);
    }

    [Theory]
    [InlineData("", "EUR")]
    [InlineData(".5", "EUR")]
    [InlineData("5.", "EUR")]
    [InlineData("1.234", "EUR")]
    [InlineData("1.0", "JPY")]
    [InlineData("-1", "EUR")]
    [InlineData("+1", "EUR")]
    [InlineData("1e2", "EUR")]
    [InlineData(" 1", "EUR")]
    [InlineData("1,000", "EUR")]
    [InlineData("1.2.3", "EUR")]
    [InlineData("٣", "EUR")]
    [InlineData("92233720368547758.08", "EUR")]
    [InlineData("1", "XXX")]
    [InlineData("1", "")]
    public void Anything_else_is_no_amount(string text, string code) => Assert.False(Money.TryParse(text, new Currency(code), out _));

    [Fact]
    public void Text_and_amount_are_the_same_thing_in_every_currency()
    {
        Currency[] currencies = [.. Currency.All()];
        Gen.Select(Gen.Long[0, long.MaxValue], Gen.Int[0, currencies.Length - 1]).Sample((minorUnits, index) =>
        {
            Money money = new(minorUnits, currencies[index]);
            return Money.TryParse(money.FormatAmount(), money.Currency, out Money again) && again == money;
        });
    }

    [Fact]
    public void Sums_are_checked_and_stay_in_one_currency()
    {
        Money most = new(long.MaxValue, Euro);

        Assert.Equal(new Money(3, Euro), new Money(1, Euro) + new Money(2, Euro));
        Assert.Equal("-92233720368547758.08 EUR", new Money(long.MinValue, Euro).ToString());
        Assert.Throws<OverflowException>(() => most + new Money(1, Euro));
        Assert.Throws<OverflowException>(() => new Money(long.MinValue, Euro) - new Money(1, Euro));
        Assert.Throws<InvalidOperationException>(() => most + new Money(1, new Currency("USD")));
    }

    [Fact]
    public void Currencies_are_those_of_the_standard()
    {
        Assert.Equal(155, Currency.All().Count());
        Assert.Equal((2, 0, 3), (Euro.MinorDigits(), new Currency("JPY").MinorDigits(), new Currency("KWD").MinorDigits()));
        Assert.True(Currency.TryParse("eur", out Currency found));
        Assert.Equal(Euro, found);
        Assert.False(Currency.TryParse("EURO", out _));
        Assert.False(default(Currency).IsKnown());
    }
}
