using XChat.FaultTests.Workload;
using XChat.Protocol.Wallets;

namespace XChat.FaultTests.Checks;

/// <summary>The checks find what they are there for: a run in which all is well is changed in one place, and each change has to be named.</summary>
public sealed class CheckTests
{
    private static readonly Guid Chat = new("00000000-0000-0000-0000-00000000c4a7");
    private static readonly Guid[] Users = [new("00000000-0000-0000-0000-0000000000a1"), new("00000000-0000-0000-0000-0000000000b2")];
    private static readonly Guid Card = new("00000000-0000-0000-0000-0000000000d3");
    private static readonly Guid Plain = new("00000000-0000-0000-0000-0000000000e4");

    [Fact]
    public void A_run_in_which_all_is_well_has_no_violation() => Assert.Empty(ViolationsOf(Good()));

    [Theory]
    [InlineData("an acknowledged message is gone", "lost")]
    [InlineData("an acknowledged message is elsewhere", "lost")]
    [InlineData("a message is in the log twice", "doubled")]
    [InlineData("a text is shown twice", "doubled")]
    [InlineData("a text is shown that nobody sent", "invented")]
    [InlineData("a reader misses a text", "lost")]
    [InlineData("two readers differ in order", "order")]
    [InlineData("a seq is left out", "gap")]
    [InlineData("a later message stands before an earlier one", "order")]
    [InlineData("a message still waits", "unresolved")]
    [InlineData("an acknowledged payment is gone", "lost or doubled")]
    [InlineData("a payment is there twice", "lost or doubled")]
    [InlineData("a refused payment was made", "invented")]
    [InlineData("a payment has another amount", "changed")]
    [InlineData("a payment that nobody ordered", "invented")]
    [InlineData("an outcome is never known", "unresolved")]
    [InlineData("asked by its id the server denies a payment", "unresolved")]
    [InlineData("a balance is too high", "money")]
    [InlineData("a card is missing", "card")]
    [InlineData("a card comes twice", "card")]
    public void What_is_wrong_is_named(string what, string word) =>
        Assert.Contains(ViolationsOf(Broken(what)), violation => violation.StartsWith(word, StringComparison.Ordinal));

    private static string[] ViolationsOf(Evidence evidence) => [.. ChatCheck.Run(evidence), .. MoneyCheck.Run(evidence)];

    private static Evidence Broken(string what)
    {
        Evidence good = Good();
        Shown[] shown = [.. good.Shown];
        return what switch
        {
            "an acknowledged message is gone" => good with { Log = [.. good.Log.Where(row => row.Seq != 2)] },
            "an acknowledged message is elsewhere" => good with
            {
                Log = [.. good.Log.Select(row => row.Seq switch { 2 => row with { Seq = 3 }, 3 => row with { Seq = 2 }, _ => row })],
            },
            "a message is in the log twice" => good with { Log = [.. good.Log, good.Log[1] with { Seq = 5 }] },
            "a text is shown twice" => good with { Shown = [.. shown.Select(one => one with { Lines = [.. one.Lines, one.Lines[0] with { Seq = 5 }] })] },
            "a text is shown that nobody sent" => good with
            {
                Shown = [.. shown.Select(one => one with { Lines = [.. one.Lines, new ShownLine(5, Guid.NewGuid(), "Content", "boo")] })],
            },
            "a reader misses a text" => good with { Shown = [shown[0], shown[1] with { Lines = shown[1].Lines.Skip(1).ToArray() }] },
            "two readers differ in order" => good with { Shown = [shown[0], shown[1] with { Lines = shown[1].Lines.Reverse().ToArray() }] },
            "a seq is left out" => good with { Log = [.. good.Log.Select(row => row.Seq == 4 ? row with { Seq = 9 } : row)] },
            "a later message stands before an earlier one" => good with
            {
                Messages = [Sent("one", 2, begun: 30, ended: 40), Sent("two", 3, begun: 10, ended: 20)],
            },
            "a message still waits" => good with { Shown = [shown[0] with { Waiting = 1 }, shown[1]] },
            _ => BrokenMoney(good, what),
        };
    }

    private static Evidence BrokenMoney(Evidence good, string what) => what switch
    {
        "an acknowledged payment is gone" => good with { Transfers = [good.Transfers[0]] },
        "a payment is there twice" => good with { Transfers = [.. good.Transfers, good.Transfers[0]] },
        "a refused payment was made" => good with { Payments = [Refused(good.Payments.First()), good.Payments.Last()] },
        "a payment has another amount" => good with { Transfers = [good.Transfers[0] with { MinorUnits = 11 }, good.Transfers[1]] },
        "a payment that nobody ordered" => good with { Transfers = [.. good.Transfers, good.Transfers[0] with { Transfer = Guid.NewGuid() }] },
        "an outcome is never known" => good with { Payments = [.. good.Payments, new MadePayment(0, 1, Guid.NewGuid(), Guid.Empty, 5)] },
        "asked by its id the server denies a payment" => good with { FoundById = new Dictionary<Guid, bool> { [Plain] = false } },
        "a balance is too high" => good with { Balances = [good.Balances[0] + 1, good.Balances[1]] },
        "a card is missing" => good with { Log = [.. good.Log.Where(row => row.Kind != 10)] },
        "a card comes twice" => good with { Log = [.. good.Log, new LogRow(Chat, 5, Guid.NewGuid(), 10, Card)] },
        _ => throw new ArgumentOutOfRangeException(nameof(what), what, "unknown"),
    };

    /// <summary>One begins the conversation, "one" and "two" are sent, and a payment of 10 with a card and one of 3 without are made.</summary>
    private static Evidence Good()
    {
        SentMessage[] messages = [Sent("one", 2, begun: 10, ended: 20), Sent("two", 3, begun: 30, ended: 40)];
        MadePayment card = new(0, 1, Card, Chat, 10) { Status = WalletStatus.Accepted };
        MadePayment plain = new(1, 0, Plain, Guid.Empty, 3) { Status = WalletStatus.AlreadyAccepted, Unknown = true };
        ShownLine[] lines =
        [
            new(2, messages[0].Id, "Content", "one"), new(3, messages[1].Id, "Content", "two"), new(4, Card, "Payment", card.Memo),
        ];
        return new Evidence
        {
            Messages = messages,
            Payments = [card, plain],
            Users = Users,
            Funds = 100,
            Log =
            [
                new(Chat, 1, Guid.NewGuid(), 2, null), new(Chat, 2, messages[0].Id, 1, null), new(Chat, 3, messages[1].Id, 1, null),
                new(Chat, 4, Card, 10, Card),
            ],
            Transfers = [new(Card, Users[0], Users[1], 10), new(Plain, Users[1], Users[0], 3)],
            Shown = [new(0, Chat, lines, 0), new(1, Chat, lines, 0)],
            Balances = [93, 107],
            FoundById = new Dictionary<Guid, bool> { [Plain] = true },
        };
    }

    private static SentMessage Sent(string text, long seq, long begun, long ended) =>
        new(0, Chat, text) { Begun = begun, Ended = ended, Seq = seq, Id = new Guid(0, 0, (short)seq, new byte[8]) };

    private static MadePayment Refused(MadePayment payment) =>
        new(payment.Payer, payment.Payee, payment.Transfer, payment.Conversation, payment.MinorUnits) { Status = WalletStatus.InsufficientFunds };
}
