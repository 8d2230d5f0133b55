using CsCheck;

using XChat.Protocol.Wallets;

namespace XChat.UnitTests.Wallets;

/// <summary>Codes to pay and to be paid by.</summary>
public sealed class PaymentCodeTests
{
    // The example of EMVCo's specification of merchant-presented codes.
    private const string Published =
        "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT6007BEIJING"
        + "64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME91320016A0112233449988770708123456786304A13A";

    private static readonly Guid Payee = new("0192a4c0-1111-7222-8333-444455556666");
    private static readonly Currency Euro = new("EUR");

    [Fact]
    public void The_example_of_the_specification_is_read_and_known_to_be_of_another_scheme()
    {
        Assert.True(MerchantCode.TryRead(Published, out MerchantCode? code));
        Assert.Equal(new MerchantCode(Guid.Empty, "BEST TRANSPORT", "BEIJING", 23_72, new Currency("CNY"), string.Empty), code);
    }

    [Fact]
    public void A_merchant_code_says_what_was_written_into_it()
    {
        MerchantCode code = new(Payee, "Cafe Example", "Vienna", 12_34, Euro, "order 7");

        Assert.Equal(
            "00020101021226490009app.xchat01320192a4c0111172228333444455556666520400005303978540512.345802ZZ5912Cafe Example6006Vienna62110507order 76304",
            code.Write()[..^4]);
        Assert.True(MerchantCode.TryRead(code.Write(), out MerchantCode? read));
        Assert.Equal(code, read);
        Assert.True(MerchantCode.TryRead((code with { Amount = null, Reference = string.Empty }).Write(), out MerchantCode? open));
        Assert.Null(open!.Amount);
    }

    [Fact]
    public void Whatever_is_written_is_read_and_no_changed_character_passes()
    {
        Gen<string> text = Gen.Char[' ', '~'].Array[1, 15].Select(chars => new string(chars));
        Gen<string> known = Gen.Int[0, 3].Select(one => new[] { "EUR", "JPY", "KWD", "USD" }[one]);
        Gen.Select(text, text, known, Gen.Long[1, 100_000_000_000], Gen.Int[0, 10_000], Gen.Char['0', 'Z'])
            .Sample((name, city, currency, amount, at, other) =>
            {
                MerchantCode code = new(Payee, name, city, amount, new Currency(currency), name);
                string written = code.Write();
                at %= written.Length;
                string changed = written[..at] + other + written[(at + 1)..];
                return MerchantCode.TryRead(written, out MerchantCode? read) && read == code
                    && (string.Equals(changed, written, StringComparison.OrdinalIgnoreCase) || !MerchantCode.TryRead(changed, out _));
            });
    }

    [Fact]
    public void Bytes_of_anybody_are_read_without_harm() => Gen.String[Gen.Char["0123456789ABCDEFxchat:pay?&="], 0, 200].Sample(text =>
    {
        _ = MerchantCode.TryRead("000201" + text, out _);
        _ = PaymentLink.TryRead(text, out _);
    });

    [Fact]
    public void Every_currency_has_its_own_number() =>
        Assert.Equal(Currency.All().Count(), Currency.All().Select(CurrencyNumbers.NumberOf).Distinct(StringComparer.Ordinal).Count());

    [Theory]
    [InlineData("", "Vienna", "")]
    [InlineData("A name that is far too long", "Vienna", "")]
    [InlineData("Cafe", "A city that is long", "")]
    [InlineData("Café", "Vienna", "")]
    [InlineData("Cafe", "Vienna", "a reference that is too long")]
    public void A_text_that_the_scheme_cannot_carry_is_not_written(string name, string city, string reference) =>
        Assert.Throws<InvalidOperationException>(() => new MerchantCode(Payee, name, city, 1, Euro, reference).Write());

    [Fact]
    public void A_link_says_what_was_written_into_it()
    {
        PaymentLink link = new("alice_7", new Money(12_34, Euro), "lunch & more: 100% = €?");

        Assert.Equal("xchat:pay?to=alice_7&amount=12.34&currency=EUR&memo=lunch%20%26%20more%3A%20100%25%20%3D%20%E2%82%AC%3F", link.Write());
        Assert.True(PaymentLink.TryRead(link.Write(), out PaymentLink? read));
        Assert.Equal(link, read);
        Assert.True(PaymentLink.TryRead("xchat:pay?to=@bob", out PaymentLink? open));
        Assert.Equal(new PaymentLink("bob", null, string.Empty), open);
    }

    [Theory]
    [InlineData("https://pay?to=alice")]
    [InlineData("xchat:pay?")]
    [InlineData("xchat:pay?to=")]
    [InlineData("xchat:pay?to=alice&to=bob")]
    [InlineData("xchat:pay?to=alice&amount=1")]
    [InlineData("xchat:pay?to=alice&currency=EUR")]
    [InlineData("xchat:pay?to=alice&amount=0&currency=EUR")]
    [InlineData("xchat:pay?to=alice&amount=-1&currency=EUR")]
    [InlineData("xchat:pay?to=alice&amount=1.234&currency=EUR")]
    [InlineData("xchat:pay?to=alice&amount=1&currency=XXX")]
    [InlineData("xchat:pay?to=alice&fee=1")]
    [InlineData("xchat:pay?to=al ice")]
    [InlineData("xchat:pay?to=alice&memo=%0Anew%20line")]
    public void A_link_that_might_mean_something_else_is_none(string text) => Assert.False(PaymentLink.TryRead(text, out _));

    [Fact]
    public void A_payer_code_has_its_canonical_bytes()
    {
        PayerCode code = new(Payee, Guid.NewGuid(), Guid.NewGuid(), new Money(50_00, Euro), 1_800_000_000_000);
        byte[] bytes = code.Encode();

        Assert.Equal(PayerCode.Size, bytes.Length);
        Assert.True(PayerCode.TryDecode(bytes, out PayerCode? read));
        Assert.Equal(code, read);
        Assert.False(PayerCode.TryDecode(bytes.AsSpan(1), out _));
        bytes[0] = 2;
        Assert.False(PayerCode.TryDecode(bytes, out _));
    }
}
