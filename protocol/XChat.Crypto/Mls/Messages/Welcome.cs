using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Mls;

/// <summary>The joiner's secrets, encrypted to one new member's init key (RFC 9420 section 12.4.3.1).</summary>
internal sealed record EncryptedGroupSecrets(byte[] NewMember, HpkeCiphertext Secrets)
{
    public static EncryptedGroupSecrets Read(ref TlsReader reader) => new(reader.Bytes(), HpkeCiphertext.Read(ref reader));

    public void Write(TlsWriter writer)
    {
        writer.Bytes(NewMember);
        Secrets.Write(writer);
    }
}

/// <summary>What a new member needs to join (RFC 9420 section 12.4.3.1).</summary>
internal sealed record GroupSecrets(byte[] JoinerSecret, byte[]? PathSecret, IReadOnlyList<PreSharedKeyId> Psks)
{
    public static GroupSecrets Parse(ReadOnlySpan<byte> bytes)
    {
        TlsReader reader = new(bytes);
        GroupSecrets secrets = new(reader.Bytes(), reader.Present() ? reader.Bytes() : null, reader.Vector(PreSharedKeyId.Read));
        reader.End();
        return secrets;
    }

    public void Write(TlsWriter writer)
    {
        writer.Bytes(JoinerSecret);
        writer.Optional(PathSecret, (inner, secret) => inner.Bytes(secret));
        writer.Vector(Psks, (inner, psk) => psk.Write(inner));
    }
}

/// <summary>Invites the members that a commit added (RFC 9420 section 12.4.3.1).</summary>
internal sealed record Welcome(ushort Suite, IReadOnlyList<EncryptedGroupSecrets> Secrets, byte[] EncryptedGroupInfo)
{
    public static Welcome Read(ref TlsReader reader) => new(reader.U16(), reader.Vector(EncryptedGroupSecrets.Read), reader.Bytes());

    public void Write(TlsWriter writer)
    {
        writer.U16(Suite);
        writer.Vector(Secrets, (inner, secrets) => secrets.Write(inner));
        writer.Bytes(EncryptedGroupInfo);
    }
}
