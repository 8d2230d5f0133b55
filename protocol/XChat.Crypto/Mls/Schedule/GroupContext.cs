using XChat.Crypto.Mls.Encoding;
using XChat.Crypto.Mls.Tree;

namespace XChat.Crypto.Mls;

/// <summary>What all members agree on at one epoch (RFC 9420 section 8.1).</summary>
internal sealed record GroupContext(
    ushort Suite, byte[] GroupId, ulong Epoch, byte[] TreeHash, byte[] ConfirmedTranscriptHash, IReadOnlyList<Extension> Extensions)
{
    public static GroupContext Read(ref TlsReader reader)
    {
        if (reader.U16() != MlsMessage.Version)
        {
            throw new MlsException(MlsError.Unsupported, "The group context has another protocol version.");
        }

        return new GroupContext(reader.U16(), reader.Bytes(), reader.U64(), reader.Bytes(), reader.Bytes(), Extension.ReadAll(ref reader));
    }

    public byte[] ToBytes() => TlsWriter.Encode(Write);

    public void Write(TlsWriter writer)
    {
        writer.U16(MlsMessage.Version);
        writer.U16(Suite);
        writer.Bytes(GroupId);
        writer.U64(Epoch);
        writer.Bytes(TreeHash);
        writer.Bytes(ConfirmedTranscriptHash);
        Extension.WriteAll(writer, Extensions);
    }
}
