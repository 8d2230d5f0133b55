using System.Security.Cryptography;

using XChat.Crypto.Franking;

namespace XChat.UnitTests.Reports;

/// <summary>A commitment is to one content in one place, and says nothing without its key.</summary>
public sealed class MessageFrankTests
{
    private static readonly Guid Conversation = Guid.Parse("0197a1b2-0000-7000-8000-0000000000c0");
    private static readonly Guid Message = Guid.Parse("0197a1b2-0000-7000-8000-0000000000a1");

    [Fact]
    public void It_is_the_documented_one()
    {
        byte[] key = MessageFrank.NewKey();
        byte[] committed =
        [
            .. "XChat 1.0 message frank\0"u8, .. Conversation.ToByteArray(bigEndian: true), .. Message.ToByteArray(bigEndian: true), 1, 2, 3,
        ];
        byte[] expected = HMACSHA256.HashData(key, committed);

        Assert.Equal([.. Message.ToByteArray(bigEndian: true), .. expected], MessageFrank.AuthenticatedData(key, Conversation, Message, [1, 2, 3]));
    }

    [Fact]
    public void Nothing_else_verifies()
    {
        byte[] key = MessageFrank.NewKey();
        byte[] data = MessageFrank.AuthenticatedData(key, Conversation, Message, [1, 2, 3]);

        Assert.True(MessageFrank.Verify(data, key, Conversation, Message, [1, 2, 3]));
        Assert.False(MessageFrank.Verify(data, key, Conversation, Message, [1, 2, 4]));
        Assert.False(MessageFrank.Verify(data, key, Conversation, Message, [1, 2, 3, 0]));
        Assert.False(MessageFrank.Verify(data, MessageFrank.NewKey(), Conversation, Message, [1, 2, 3]));
        Assert.False(MessageFrank.Verify(data, [.. key, 0], Conversation, Message, [1, 2, 3]));
        Assert.False(MessageFrank.Verify(data, key, Guid.NewGuid(), Message, [1, 2, 3]));
        Assert.False(MessageFrank.Verify(data, key, Conversation, Guid.NewGuid(), [1, 2, 3]));
        for (int index = 0; index < data.Length; index++)
        {
            byte[] changed = [.. data];
            changed[index] ^= 1;
            Assert.False(MessageFrank.Verify(changed, key, Conversation, Message, [1, 2, 3]));
        }

        Assert.False(MessageFrank.Verify(data.AsSpan(0, 16), key, Conversation, Message, [1, 2, 3]));
        Assert.Throws<ArgumentException>(() => MessageFrank.AuthenticatedData(new byte[31], Conversation, Message, []));
    }
}
