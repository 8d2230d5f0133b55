using System.Security.Cryptography;

using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Mls;

/// <summary>The secrets of one epoch (RFC 9420 section 8).</summary>
internal sealed record EpochSecrets(
    byte[] SenderData,
    byte[] Encryption,
    byte[] Exporter,
    byte[] External,
    byte[] Confirmation,
    byte[] Membership,
    byte[] Resumption,
    byte[] Authenticator,
    byte[] Init)
{
    /// <summary>The secret between two epochs, which a Welcome carries.</summary>
    public static byte[] Joiner(ReadOnlySpan<byte> init, ReadOnlySpan<byte> commit, GroupContext context) =>
        CipherSuite.ExpandWithLabel(CipherSuite.Extract(init, commit), "joiner", context.ToBytes(), CipherSuite.HashSize);

    /// <summary>The secret that encrypts the group info of a Welcome.</summary>
    public static byte[] Welcome(ReadOnlySpan<byte> joiner, ReadOnlySpan<byte> psk) =>
        CipherSuite.DeriveSecret(CipherSuite.Extract(joiner, psk), "welcome");

    public static EpochSecrets FromJoiner(ReadOnlySpan<byte> joiner, ReadOnlySpan<byte> psk, GroupContext context) =>
        FromEpochSecret(CipherSuite.ExpandWithLabel(CipherSuite.Extract(joiner, psk), "epoch", context.ToBytes(), CipherSuite.HashSize));

    public static EpochSecrets FromEpochSecret(byte[] epoch)
    {
        EpochSecrets secrets = new(
            CipherSuite.DeriveSecret(epoch, "sender data"),
            CipherSuite.DeriveSecret(epoch, "encryption"),
            CipherSuite.DeriveSecret(epoch, "exporter"),
            CipherSuite.DeriveSecret(epoch, "external"),
            CipherSuite.DeriveSecret(epoch, "confirm"),
            CipherSuite.DeriveSecret(epoch, "membership"),
            CipherSuite.DeriveSecret(epoch, "resumption"),
            CipherSuite.DeriveSecret(epoch, "authentication"),
            CipherSuite.DeriveSecret(epoch, "init"));
        CryptographicOperations.ZeroMemory(epoch);
        return secrets;
    }

    /// <summary>Combines pre-shared keys in the order in which they are named (RFC 9420 section 8.4).</summary>
    public static byte[] PskSecret(IReadOnlyList<(PreSharedKeyId Id, byte[] Psk)> psks)
    {
        byte[] secret = new byte[CipherSuite.HashSize];
        for (int i = 0; i < psks.Count; i++)
        {
            byte[] extracted = CipherSuite.Extract(new byte[CipherSuite.HashSize], psks[i].Psk);
            PreSharedKeyId id = psks[i].Id;
            byte[] label = TlsWriter.Encode(writer =>
            {
                id.Write(writer);
                writer.U16(checked((ushort)i));
                writer.U16(checked((ushort)psks.Count));
            });
            byte[] input = CipherSuite.ExpandWithLabel(extracted, "derived psk", label, CipherSuite.HashSize);
            secret = CipherSuite.Extract(input, secret);
        }

        return secret;
    }

    public static byte[] ConfirmedTranscriptHash(ReadOnlySpan<byte> interimBefore, AuthenticatedContent commit) =>
        CipherSuite.Hash([.. interimBefore, .. commit.ConfirmedTranscriptInput()]);

    public static byte[] InterimTranscriptHash(ReadOnlySpan<byte> confirmed, byte[] confirmationTag)
    {
        TlsWriter writer = new();
        writer.Raw(confirmed);
        writer.Bytes(confirmationTag);
        return CipherSuite.Hash(writer.ToArray());
    }

    public byte[] Export(string label, ReadOnlySpan<byte> context, int length) =>
        CipherSuite.ExpandWithLabel(CipherSuite.DeriveSecret(Exporter, label), "exported", CipherSuite.Hash(context), length);

    public static EpochSecrets Read(ref TlsReader reader) => new(
        reader.Bytes(), reader.Bytes(), reader.Bytes(), reader.Bytes(), reader.Bytes(), reader.Bytes(), reader.Bytes(), reader.Bytes(), reader.Bytes());

    public void Write(TlsWriter writer)
    {
        foreach (byte[] secret in All())
        {
            writer.Bytes(secret);
        }
    }

    public void Erase()
    {
        foreach (byte[] secret in All())
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private byte[][] All() => [SenderData, Encryption, Exporter, External, Confirmation, Membership, Resumption, Authenticator, Init];
}
