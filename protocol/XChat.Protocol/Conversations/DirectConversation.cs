using System.Security.Cryptography;

using XChat.Protocol.Accounts;

namespace XChat.Protocol.Conversations;

/// <summary>The identity of the one conversation of a pair of people.</summary>
public static class DirectConversation
{
    /// <summary>
    /// The id of the conversation of two people, the same from both sides: the first 16 bytes of SHA-256 over <c>"xchat direct"</c> and both
    /// user ids (big-endian, smaller first), marked as a UUID of version 8 (RFC 9562 section 5.8).
    /// </summary>
    public static ConversationId IdOf(UserId one, UserId other)
    {
        Span<byte> input = stackalloc byte[12 + 32];
        "xchat direct"u8.CopyTo(input);
        Span<byte> first = input.Slice(12, 16);
        Span<byte> second = input.Slice(28, 16);
        _ = one.Value.TryWriteBytes(first, bigEndian: true, out _);
        _ = other.Value.TryWriteBytes(second, bigEndian: true, out _);
        if (first.SequenceCompareTo(second) > 0)
        {
            _ = other.Value.TryWriteBytes(first, bigEndian: true, out _);
            _ = one.Value.TryWriteBytes(second, bigEndian: true, out _);
        }

        Span<byte> hash = stackalloc byte[32];
        _ = SHA256.HashData(input, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new ConversationId(new Guid(hash[..16], bigEndian: true));
    }
}
