using CsCheck;

using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.UnitTests.Wallets;

/// <summary>Names of wallets: in grain keys, in the ledger, in buckets.</summary>
public sealed class WalletKeyTests
{
    [Fact]
    public void An_account_id_never_changes()
    {
        WalletKey key = WalletKey.Of(new UserId(new Guid(1, 0x1234, 0x4321, 1, 2, 3, 4, 5, 6, 7, 8)), new Currency("EUR"));

        Assert.Equal("de5cdf23-3e99-862f-9503-585b98ddcadd", key.ToAccountId().ToString());
        Assert.Equal("1.EUR", key.ToKeyExtension());
    }

    [Fact]
    public void A_grain_key_names_one_wallet_and_nothing_else_does()
    {
        Currency[] currencies = [.. Currency.All()];
        Gen.Select(Gen.Int[1, 6], Gen.Guid, Gen.Int[0, currencies.Length - 1]).Sample((kind, owner, index) =>
        {
            WalletKey key = new((WalletKind)kind, owner, currencies[index]);
            return WalletKey.TryParse(owner, key.ToKeyExtension(), out WalletKey again) && again == key;
        });
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0.EUR")]
    [InlineData("7.EUR")]
    [InlineData("1.eur")]
    [InlineData("1.XXX")]
    [InlineData("1-EUR")]
    [InlineData("1.EURO")]
    public void Any_other_key_is_refused(string? extension) => Assert.False(WalletKey.TryParse(Guid.Empty, extension, out _));

    [Fact]
    public void Accounts_spread_over_all_buckets()
    {
        int[] counts = new int[WalletKey.Buckets];
        for (int number = 0; number < 100 * WalletKey.Buckets; number++)
        {
            counts[WalletKey.BucketOf(WalletKey.Of(new UserId(new Guid(number, 0, 0, new byte[8])), new Currency("EUR")).ToAccountId())]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 40, 180));
    }
}
