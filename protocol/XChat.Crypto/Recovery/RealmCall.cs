using System.Security.Cryptography;
using System.Text;

using NSec.Cryptography;

using XChat.Crypto.Hpke;
using XChat.Crypto.Mls;
using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Recovery;

/// <summary>
/// A call to a realm, encrypted to its pinned key by HPKE (RFC 9180, base mode, ChaCha20-Poly1305) whatever carries it, so that only the realm reads
/// it and only the realm can answer. Calls have one of two sizes, answers one.
/// </summary>
/// <remarks>
/// A request is <c>format(1) || encapsulated key(32) || ciphertext</c> of <c>{ opaque response_key[32]; opaque body&lt;V&gt;; opaque proof&lt;V&gt;; }</c>
/// and zeros up to the size class, bound to realm and operation. A response is <c>nonce(24) || ciphertext</c> of <c>{ opaque body&lt;V&gt;; }</c> and zeros,
/// XChaCha20-Poly1305 under the response key.
/// </remarks>
public sealed class RealmCall : IDisposable
{
    /// <summary>Plaintext bytes of a call without a device's proof.</summary>
    public const int SmallSize = 1024;

    /// <summary>Plaintext bytes of a call with one.</summary>
    public const int LargeSize = 12 * 1024;

    /// <summary>Plaintext bytes of every answer.</summary>
    public const int AnswerSize = 4 * 1024;

    private const byte Format = 1;
    private const int HeadSize = 1 + DiffieHellman.Size;

    private static readonly AeadAlgorithm Answers = AeadAlgorithm.XChaCha20Poly1305;
    private static readonly HpkeSuite Suite = new(Aead.ChaCha20Poly1305);

    private readonly byte[] _responseKey;

    private RealmCall(byte[] responseKey, byte[] body, byte[] proof) => (_responseKey, Body, Proof) = (responseKey, body, proof);

    /// <summary>Longest request, bytes.</summary>
    public static int MaxRequestBytes => HeadSize + LargeSize + Aead.TagSize;

    /// <summary>The request record.</summary>
    public byte[] Body { get; }

    /// <summary>A device's proof; empty without one.</summary>
    public byte[] Proof { get; }

    /// <summary>Encrypts a call.</summary>
    /// <returns>The call, which opens the answer, and the bytes to send.</returns>
    /// <exception cref="ArgumentException">The realm's key is malformed, or body and proof are too long.</exception>
    public static (RealmCall Call, byte[] Request) Seal(ReadOnlySpan<byte> realmKey, string operation, byte[] body, byte[] proof)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(proof);
        byte[] responseKey = RandomNumberGenerator.GetBytes(32);
        byte[] plaintext = Padded(
            TlsWriter.Encode(writer =>
            {
                writer.Raw(responseKey);
                writer.Bytes(body);
                writer.Bytes(proof);
            }),
            proof.Length == 0 ? SmallSize : LargeSize);
        (byte[] encapsulated, byte[] ciphertext) = Suite.Seal(realmKey, Info(RealmKeys.IdOf(realmKey), operation), [], plaintext)
            ?? throw new ArgumentException("The key of the realm is malformed.", nameof(realmKey));
        CryptographicOperations.ZeroMemory(plaintext);
        return (new RealmCall(responseKey, body, proof), [Format, .. encapsulated, .. ciphertext]);
    }

    /// <summary>Encrypts the answer to this call.</summary>
    /// <exception cref="ArgumentException">It is too long: a bug.</exception>
    public byte[] SealAnswer(byte[] answer)
    {
        byte[] plaintext = Padded(TlsWriter.Encode(writer => writer.Bytes(answer)), AnswerSize);
        byte[] result = new byte[Answers.NonceSize + plaintext.Length + Answers.TagSize];
        Span<byte> nonce = result.AsSpan(0, Answers.NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using Key key = Key.Import(Answers, _responseKey, KeyBlobFormat.RawSymmetricKey);
        Answers.Encrypt(key, nonce, [], plaintext, result.AsSpan(Answers.NonceSize));
        CryptographicOperations.ZeroMemory(plaintext);
        return result;
    }

    /// <summary>Reads the answer to this call; null when it is not the realm's.</summary>
    public byte[]? OpenAnswer(ReadOnlySpan<byte> response)
    {
        if (response.Length != Answers.NonceSize + AnswerSize + Answers.TagSize)
        {
            return null;
        }

        using Key key = Key.Import(Answers, _responseKey, KeyBlobFormat.RawSymmetricKey);
        byte[]? plaintext = Answers.Decrypt(key, response[..Answers.NonceSize], [], response[Answers.NonceSize..]);
        try
        {
            return plaintext is null ? null : new TlsReader(plaintext).Bytes();
        }
        catch (MlsException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(_responseKey);

    internal static RealmCall? Open(byte[] realmPrivate, Guid realm, string operation, ReadOnlySpan<byte> request)
    {
        int size = request.Length - HeadSize - Aead.TagSize;
        if (size is not (SmallSize or LargeSize) || request[0] != Format
            || Suite.Open(request[1..HeadSize], realmPrivate, Info(realm, operation), [], request[HeadSize..]) is not { } plaintext)
        {
            return null;
        }

        try
        {
            TlsReader reader = new(plaintext);
            return new RealmCall(reader.Raw(32).ToArray(), reader.Bytes(), reader.Bytes());
        }
        catch (MlsException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    private static byte[] Info(Guid realm, string operation) =>
        [.. "XChat 1.0 realm call\0"u8, .. realm.ToByteArray(bigEndian: true), .. Encoding.ASCII.GetBytes(operation)];

    private static byte[] Padded(byte[] content, int size)
    {
        if (content.Length > size)
        {
            throw new ArgumentException($"A call has at most {size} bytes, not {content.Length}.", nameof(content));
        }

        byte[] padded = new byte[size];
        content.CopyTo(padded, 0);
        CryptographicOperations.ZeroMemory(content);
        return padded;
    }
}
