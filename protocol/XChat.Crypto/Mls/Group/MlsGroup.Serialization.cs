using NSec.Cryptography;

using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Mls;

/// <summary>The persisted form, with all secrets: for the device's own encrypted store.</summary>
public sealed partial class MlsGroup
{
    private const byte FormatVersion = 1;

    /// <summary>The whole state of this member.</summary>
    public byte[] Serialize() => TlsWriter.Encode(writer =>
    {
        writer.U8(FormatVersion);
        _state.Write(writer);
        writer.Vector(_past, (inner, past) => past.Write(inner));
        writer.Vector(_resumption, (inner, secret) =>
        {
            inner.U64(secret.Key);
            inner.Bytes(secret.Value);
        });
        writer.Vector(_proposals, (inner, kept) =>
        {
            inner.Bytes(Convert.FromHexString(kept.Key));
            kept.Value.Sender.Write(inner);
            kept.Value.Proposal.Write(inner);
        });
    });

    /// <summary>The inverse of <see cref="Serialize"/>; the signature key is stored by the caller.</summary>
    public static MlsGroup Deserialize(ReadOnlySpan<byte> state, Key signatureKey)
    {
        TlsReader reader = new(state);
        if (reader.U8() != FormatVersion)
        {
            throw new MlsException(MlsError.Unsupported, "The group state was written by another version.");
        }

        MlsGroup group = new(EpochState.Read(ref reader), signatureKey);
        group._past.AddRange(reader.Vector(PastEpoch.Read));
        TlsReader resumption = new(reader.Span());
        while (!resumption.AtEnd)
        {
            group._resumption[resumption.U64()] = resumption.Bytes();
        }

        TlsReader proposals = new(reader.Span());
        while (!proposals.AtEnd)
        {
            string reference = Convert.ToHexString(proposals.Span());
            Sender sender = Sender.Read(ref proposals);
            group._proposals.Add(reference, new SentProposal(Proposal.Read(ref proposals), sender));
        }

        reader.End();
        return group;
    }
}
