using System.Buffers.Binary;

using NSec.Cryptography;

using XChat.Crypto.Identity;

namespace XChat.Crypto.Transparency;

/// <summary>
/// A key with which the server signs heads. Each key after the first carries the signature of the one before it, so that whoever pinned an older
/// key can follow a rotation without trusting anybody anew.
/// </summary>
/// <param name="Number">1 for the first key, then one more each time.</param>
/// <param name="PublicKey">Ed25519, 32 bytes.</param>
/// <param name="Endorsement">The signature of key <c>Number - 1</c> over this one; empty for the first.</param>
public sealed record LogKey(int Number, byte[] PublicKey, byte[] Endorsement)
{
    private const string Label = "XChat 1.0 transparency key";

    /// <summary>The first key of a log.</summary>
    public static LogKey First(Key key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new LogKey(1, key.PublicKey.Export(KeyBlobFormat.RawPublicKey), []);
    }

    /// <summary>The key after this one.</summary>
    /// <param name="own">The private part of this key.</param>
    /// <param name="successor">The key that follows.</param>
    public LogKey Endorse(Key own, Key successor)
    {
        ArgumentNullException.ThrowIfNull(successor);
        byte[] publicKey = successor.PublicKey.Export(KeyBlobFormat.RawPublicKey);
        return new LogKey(Number + 1, publicKey, LabelledSignature.Sign(own, Label, Content(Number + 1, publicKey)));
    }

    /// <summary>
    /// The key of a number, reached from a trusted one through endorsements only. Null when the chain does not lead there: then a key of that number is not to
    /// be believed. Never throws on foreign bytes.
    /// </summary>
    /// <param name="trusted">A key that is pinned.</param>
    /// <param name="number">The number wanted; not below the trusted one's.</param>
    /// <param name="keys">What the server says its keys are, in any order.</param>
    public static LogKey? Follow(LogKey trusted, int number, IReadOnlyList<LogKey> keys)
    {
        ArgumentNullException.ThrowIfNull(trusted);
        ArgumentNullException.ThrowIfNull(keys);
        LogKey? at = trusted;
        while (at is not null && at.Number < number)
        {
            LogKey from = at;
            at = keys.FirstOrDefault(next => next.Number == from.Number + 1
                && LabelledSignature.Verify(from.PublicKey, Label, Content(next.Number, next.PublicKey), next.Endorsement));
        }

        return at?.Number == number ? at : null;
    }

    private static byte[] Content(int number, byte[] publicKey)
    {
        byte[] content = new byte[4 + publicKey.Length];
        BinaryPrimitives.WriteInt32BigEndian(content, number);
        publicKey.CopyTo(content, 4);
        return content;
    }
}
