using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.UnitTests.Wallets;

/// <summary>
/// What tells two commands of one id apart lies in the ledger for good: were it other bytes one day, every repeat of a command from before would be refused.
/// </summary>
public sealed class CommandDigestTests
{
    private static readonly WalletKey Wallet = KeyOf(WalletKind.User, 1, "EUR");

    [Theory]
    [InlineData(5, "23f811a4351f83524cccae06d18f5123f24351989e33babd4d7dd7252f42466f")]
    [InlineData(300, "f9459770956eb22b594904fd06a34897e92fa84dfae970e375748e1489914543")]
    public void The_digest_of_a_payment_never_changes(int bytes, string expected)
    {
        byte[] order = [.. Enumerable.Range(1, bytes).Select(number => (byte)(number % 256))];
        PayOrder request = new(new Caller(new UserId(Id(3)), new DeviceId(Id(4))), order, [1], [2]);

        Assert.Equal(expected, Convert.ToHexStringLower(CommandDigest.Of(request)));
    }

    [Theory]
    [InlineData(1, "9ffa7f25214b019b5b5ff593e49ada5b121e5c019a2b03b0fb316bff34de288c")]
    [InlineData(2, "ddba61b5ef97ea43c317da0cec23a873584f41a4e54f43af9f9d223dd4b28c4a")]
    [InlineData(9, "aaaed23e4d4d41ff5c931eb4949adbcdcf8b39756592de6571f0de6f5a5ec59f")]
    public void The_digest_of_a_transfer_never_changes(int legs, string expected)
    {
        TransferMoney request = new(new TransferId(Id(2)), Id(3), [.. Enumerable.Range(0, legs).Select(Leg)]);

        Assert.Equal(expected, Convert.ToHexStringLower(CommandDigest.Of(Wallet, request)));
    }

    [Fact]
    public void The_digest_of_a_resolution_never_changes()
    {
        ResolvePending request = new(new TransferId(Id(2)), new UserId(Id(3)), new TransferId(Id(4)), PendingResolution.Void, 250);

        Assert.Equal("c4584fd9ec9265152cd55ac384eb196e570261861fe5605a152ae6d7f924b74e", Convert.ToHexStringLower(CommandDigest.Of(Wallet, request)));
    }

    /// <summary>A call's wallets are hashed before anything about them is checked.</summary>
    [Theory]
    [InlineData(0, null, "c27b6c5ab8fa8b34ce04a0111cc7ca0972b11a78e463fb7735711b1d424f0e21")]
    [InlineData(-7, "", "5b17ea2b4aa5eb51f31276d318270eaf6844f0cd8f64e57be892f9c2d72abe57")]
    [InlineData(123, "euro €", "2e67801ba014593055089a9729a9613c0f8e44a09fcd05cb65103a5aa5bbbee8")]
    [InlineData(int.MinValue, "more than fits into what was made for a currency", "dd46d6c3e0c46c9ece8cd1375b998d0258c8e30b17d70c9c31564807e91013ea")]
    public void Wallets_that_do_not_exist_have_a_digest_that_does_not_change_either(int kind, string? code, string expected)
    {
        TransferMoney request = new(new TransferId(Id(2)), Id(3), [Leg(0) with { Credit = KeyOf((WalletKind)kind, 5, code!) }]);

        Assert.Equal(expected, Convert.ToHexStringLower(CommandDigest.Of(KeyOf((WalletKind)kind, 1, code!), request)));
    }

    private static TransferLeg Leg(int place) => new(
        new TransferId(Id(10 + place)),
        KeyOf(place % 2 == 0 ? WalletKind.User : WalletKind.Escrow, 30 + place, "EUR"),
        100 + place,
        TransferReason.Payment,
        place % 2 == 0 ? 0 : 1_800_000_000_000,
        place % 2 == 0 ? Guid.Empty : Id(50 + place));

    private static WalletKey KeyOf(WalletKind kind, int owner, string code) => new(kind, Id(owner), new Currency(code));

    private static Guid Id(int number) => new(number, 0x1234, 0x4321, 1, 2, 3, 4, 5, 6, 7, 8);
}
