using XChat.Crypto.Hpke;
using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Mls;

/// <summary>
/// The post-quantum layer of a Welcome. What MLS encrypts to a new member's init key (X25519) is sealed once more to the Welcome key of its key package
/// (X-Wing), so that whoever records it needs to break both. An entry that is sealed is an HPKECiphertext of X-Wing around the HPKECiphertext of MLS.
/// </summary>
internal static class WelcomeSeal
{
    private const string KeyLabel = "XChat 1.0 Welcome Key";

    private static ReadOnlySpan<byte> Label => "XChat 1.0 sealed Welcome\0"u8;

    /// <summary>The hash by which a key package names its Welcome key.</summary>
    public static byte[] HashOf(ReadOnlySpan<byte> welcomeKey) => CipherSuite.RefHash(KeyLabel, welcomeKey);

    /// <summary>Seals the secrets of one new member.</summary>
    /// <param name="welcomeKey">The member's Welcome key, 1,216 bytes.</param>
    /// <param name="suite">The group's cipher suite.</param>
    /// <param name="entry">The entry as MLS makes it.</param>
    /// <param name="groupInfoHash">SHA-256 of the Welcome's encrypted group info, which stands for the group, its epoch and its transcript.</param>
    /// <exception cref="MlsException">The key is malformed.</exception>
    public static EncryptedGroupSecrets Seal(byte[] welcomeKey, ushort suite, EncryptedGroupSecrets entry, ReadOnlySpan<byte> groupInfoHash) =>
        XWingHpke.Seal(welcomeKey, Label, Bound(suite, entry, groupInfoHash), TlsWriter.Encode(entry.Secrets.Write)) is var (encapsulated, ciphertext)
            ? entry with { Secrets = new HpkeCiphertext(encapsulated, ciphertext) }
            : throw new MlsException(MlsError.Malformed, "A Welcome key is malformed.");

    /// <summary>The entry as MLS made it.</summary>
    /// <exception cref="MlsException">
    /// <see cref="MlsError.Downgraded"/>: it is not sealed. <see cref="MlsError.BadCiphertext"/>: it is sealed to another key, for another package or another
    /// Welcome, or was changed.
    /// </exception>
    public static EncryptedGroupSecrets Open(
        ReadOnlySpan<byte> welcomeSeed, ushort suite, EncryptedGroupSecrets entry, ReadOnlySpan<byte> groupInfoHash)
    {
        if (entry.Secrets.KemOutput.Length != XWing.CiphertextSize)
        {
            throw new MlsException(MlsError.Downgraded, "The Welcome is not sealed to the Welcome key of its key package.");
        }

        byte[] opened = XWingHpke.Open(entry.Secrets.KemOutput, welcomeSeed, Label, Bound(suite, entry, groupInfoHash), entry.Secrets.Ciphertext)
            ?? throw new MlsException(MlsError.BadCiphertext, "A sealed Welcome does not open.");
        TlsReader reader = new(opened);
        HpkeCiphertext inner = HpkeCiphertext.Read(ref reader);
        reader.End();
        return entry with { Secrets = inner };
    }

    private static byte[] Bound(ushort suite, EncryptedGroupSecrets entry, ReadOnlySpan<byte> groupInfoHash)
    {
        TlsWriter writer = new();
        writer.U16(suite);
        writer.Bytes(entry.NewMember);
        writer.Bytes(groupInfoHash);
        return writer.ToArray();
    }
}
