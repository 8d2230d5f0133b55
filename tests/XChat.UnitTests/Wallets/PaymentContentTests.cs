using XChat.Client;
using XChat.Client.Conversations;

namespace XChat.UnitTests.Wallets;

/// <summary>The plaintext of the cards of requests and red packets.</summary>
public sealed class PaymentContentTests
{
    private static readonly Guid Id = new(1, 0x1234, 0x4321, 1, 2, 3, 4, 5, 6, 7, 8);

    [Fact]
    public void Cards_read_as_they_were_written()
    {
        Assert.Equal(new PaymentRequestContent(Id, "taxi"), ContentCodec.Read(ContentCodec.Write(new PaymentRequestContent(Id, "taxi"))));
        Assert.Equal(new RedPacketContent(Id, ""), ContentCodec.Read(ContentCodec.Write(new RedPacketContent(Id, ""))));
    }

    [Fact]
    public void A_memo_that_is_too_long_is_refused_before_anything_is_sent()
    {
        string memo = new('€', (ContentCodec.MemoBytes / 3) + 1);

        Assert.Equal(
            ClientErrorReason.InvalidInput, Assert.Throws<XChatException>(() => ContentCodec.Write(new RedPacketContent(Id, memo))).Reason);
    }
}
