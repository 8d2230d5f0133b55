using System.Security.Cryptography;

using XChat.Crypto.Hpke;
using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Mls;

/// <summary>An encrypted message; only group, epoch and content type show (RFC 9420 section 6.3).</summary>
internal sealed record PrivateMessage(
    byte[] GroupId, ulong Epoch, ContentType Type, byte[] AuthenticatedData, byte[] EncryptedSenderData, byte[] Ciphertext)
{
    private const int ReuseGuardSize = 4;

    public static PrivateMessage Read(ref TlsReader reader) =>
        new(reader.Bytes(), reader.U64(), FramedContent.ReadType(ref reader), reader.Bytes(), reader.Bytes(), reader.Bytes());

    public void Write(TlsWriter writer)
    {
        WriteHeader(writer);
        writer.Bytes(AuthenticatedData);
        writer.Bytes(EncryptedSenderData);
        writer.Bytes(Ciphertext);
    }

    /// <summary>Encrypts with the next key of the sender's ratchet. <paramref name="padding"/> zero bytes hide the length.</summary>
    public static PrivateMessage Protect(
        CipherSuite suite, AuthenticatedContent content, SecretTree secrets, ReadOnlySpan<byte> senderDataSecret, int padding)
    {
        FramedContent framed = content.Content;
        PrivateMessage message = new(framed.GroupId, framed.Epoch, framed.Type, framed.AuthenticatedData, [], []);
        (uint generation, RatchetKey key) = secrets.NextKey(framed.Sender.Index, framed.Type == ContentType.Application);
        byte[] guard = RandomNumberGenerator.GetBytes(ReuseGuardSize);
        byte[] plaintext = TlsWriter.Encode(writer =>
        {
            framed.WriteBody(writer);
            content.WriteAuthentication(writer);
            writer.Raw(new byte[padding]);
        });
        byte[] ciphertext = suite.Aead.Seal(key.Key, Guarded(key.Nonce, guard), message.ContentAad(), plaintext);
        CryptographicOperations.ZeroMemory(plaintext);
        key.Erase();
        byte[] senderData = TlsWriter.Encode(writer =>
        {
            writer.U32(framed.Sender.Index);
            writer.U32(generation);
            writer.Raw(guard);
        });
        (byte[] senderKey, byte[] senderNonce) = SenderDataKey(suite, senderDataSecret, ciphertext);
        return message with
        {
            EncryptedSenderData = suite.Aead.Seal(senderKey, senderNonce, message.SenderDataAad(), senderData),
            Ciphertext = ciphertext,
        };
    }

    /// <summary>
    /// Decrypts. The ratchet's key is used up only when the content opens and <paramref name="verify"/>, which throws for a bad signature, agrees:
    /// else a member could spoil the message of another by sending a forged one first.
    /// </summary>
    public AuthenticatedContent Unprotect(
        CipherSuite suite, SecretTree secrets, ReadOnlySpan<byte> senderDataSecret, Action<AuthenticatedContent> verify)
    {
        (uint leaf, uint generation, byte[] guard) = OpenSenderData(suite, senderDataSecret);
        if (leaf >= secrets.LeafCount)
        {
            throw new MlsException(MlsError.BadSender, "The sender's leaf is outside the tree.");
        }

        AuthenticatedContent? content = null;
        byte[]? plaintext = secrets.TryKey(leaf, Type == ContentType.Application, generation, key =>
        {
            byte[]? opened = suite.Aead.Open(key.Key, Guarded(key.Nonce, guard), ContentAad(), Ciphertext);
            if (opened is not null)
            {
                content = Parse(opened, leaf);
                verify(content);
            }

            return opened;
        });
        if (plaintext is null || content is null)
        {
            throw new MlsException(MlsError.BadCiphertext, "The message does not open.");
        }

        CryptographicOperations.ZeroMemory(plaintext);
        return content;
    }

    private AuthenticatedContent Parse(byte[] plaintext, uint leaf)
    {
        TlsReader reader = new(plaintext);
        object body = FramedContent.ReadBody(ref reader, Type);
        byte[] signature = reader.Bytes();
        byte[] confirmationTag = Type == ContentType.Commit ? reader.Bytes() : [];
        if (reader.Raw(reader.Remaining).ContainsAnyExcept((byte)0))
        {
            throw MlsException.Malformed("private message: padding is not zero");
        }

        FramedContent content = new(GroupId, Epoch, Sender.Member(leaf), AuthenticatedData, Type, body);
        return new AuthenticatedContent(WireFormat.PrivateMessage, content, signature, confirmationTag);
    }

    internal static (byte[] Key, byte[] Nonce) SenderDataKey(CipherSuite suite, ReadOnlySpan<byte> senderDataSecret, ReadOnlySpan<byte> ciphertext)
    {
        ReadOnlySpan<byte> sample = ciphertext[..Math.Min(CipherSuite.HashSize, ciphertext.Length)];
        return (
            CipherSuite.ExpandWithLabel(senderDataSecret, "key", sample, suite.Aead.KeySize),
            CipherSuite.ExpandWithLabel(senderDataSecret, "nonce", sample, Aead.NonceSize));
    }

    private (uint Leaf, uint Generation, byte[] Guard) OpenSenderData(CipherSuite suite, ReadOnlySpan<byte> senderDataSecret)
    {
        (byte[] key, byte[] nonce) = SenderDataKey(suite, senderDataSecret, Ciphertext);
        byte[] plaintext = suite.Aead.Open(key, nonce, SenderDataAad(), EncryptedSenderData)
            ?? throw new MlsException(MlsError.BadCiphertext, "The sender data does not open.");
        TlsReader reader = new(plaintext);
        (uint leaf, uint generation, byte[] guard) = (reader.U32(), reader.U32(), reader.Raw(ReuseGuardSize).ToArray());
        reader.End();
        return (leaf, generation, guard);
    }

    private static byte[] Guarded(byte[] nonce, byte[] guard)
    {
        byte[] result = [.. nonce];
        for (int i = 0; i < guard.Length; i++)
        {
            result[i] ^= guard[i];
        }

        return result;
    }

    private void WriteHeader(TlsWriter writer)
    {
        writer.Bytes(GroupId);
        writer.U64(Epoch);
        writer.U8((byte)Type);
    }

    private byte[] SenderDataAad() => TlsWriter.Encode(WriteHeader);

    private byte[] ContentAad() => TlsWriter.Encode(writer =>
    {
        WriteHeader(writer);
        writer.Bytes(AuthenticatedData);
    });
}
