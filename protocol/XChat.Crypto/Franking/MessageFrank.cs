using System.Security.Cryptography;

namespace XChat.Crypto.Franking;

/// <summary>
/// Commits a sender to the content of a message, so that a recipient can show it to the server as what was sent ("franking"). A random key stands in the
/// encrypted content; the commitment under it stands in the authenticated data of the MLS message, where the server sees and keeps it:
/// <code>
/// authenticated_data = message id[16] || HMAC-SHA256(key[32], label || conversation[16] || message id[16] || content)
/// </code>
/// Without the key the commitment says nothing about the content. With keys of one length it binds: nobody finds a second content with a key for it.
/// </summary>
public static class MessageFrank
{
    /// <summary>Bytes of a key.</summary>
    public const int KeySize = 32;

    private const int IdSize = 16;
    private const int DataSize = IdSize + HMACSHA256.HashSizeInBytes;

    private static ReadOnlySpan<byte> Label => "XChat 1.0 message frank\0"u8;

    /// <summary>A key for one message.</summary>
    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(KeySize);

    /// <summary>The authenticated data of a message.</summary>
    /// <exception cref="ArgumentException">The key is not of its length.</exception>
    public static byte[] AuthenticatedData(ReadOnlySpan<byte> key, Guid conversation, Guid message, ReadOnlySpan<byte> content) => key.Length == KeySize
        ? [.. message.ToByteArray(bigEndian: true), .. Commit(key, conversation, message, content)]
        : throw new ArgumentException($"A key has {KeySize} bytes.", nameof(key));

    /// <summary>Whether authenticated data is that of a message with this content. Never throws on foreign bytes.</summary>
    public static bool Verify(ReadOnlySpan<byte> authenticatedData, ReadOnlySpan<byte> key, Guid conversation, Guid message, ReadOnlySpan<byte> content) =>
        authenticatedData.Length == DataSize && key.Length == KeySize
        && authenticatedData[..IdSize].SequenceEqual(message.ToByteArray(bigEndian: true))
        && CryptographicOperations.FixedTimeEquals(authenticatedData[IdSize..], Commit(key, conversation, message, content));

    private static byte[] Commit(ReadOnlySpan<byte> key, Guid conversation, Guid message, ReadOnlySpan<byte> content) => HMACSHA256.HashData(
        key, [.. Label, .. conversation.ToByteArray(bigEndian: true), .. message.ToByteArray(bigEndian: true), .. content]);
}
