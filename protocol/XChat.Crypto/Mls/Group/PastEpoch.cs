using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Mls;

/// <summary>What is kept of a former epoch, so that its late application messages still decrypt.</summary>
internal sealed record PastEpoch(GroupContext Context, IReadOnlyDictionary<uint, MlsMember> Members, byte[] SenderDataSecret, SecretTree Messages)
{
    public static PastEpoch Of(EpochState state) => new(
        state.Context,
        state.Tree.Members().ToDictionary(member => member.Index, member => state.Member(member.Index)),
        [.. state.Secrets.SenderData],
        state.Messages);

    public static PastEpoch Read(ref TlsReader reader)
    {
        GroupContext context = GroupContext.Read(ref reader);
        List<MlsMember> members = reader.Vector((ref TlsReader inner) => new MlsMember((int)inner.U32(), inner.Bytes(), inner.Bytes()));
        return new PastEpoch(
            context, members.ToDictionary(member => (uint)member.LeafIndex), reader.Bytes(), SecretTree.Read(CipherSuite.Of(context.Suite), ref reader));
    }

    public void Write(TlsWriter writer)
    {
        Context.Write(writer);
        writer.Vector(Members.Values, (inner, member) =>
        {
            inner.U32((uint)member.LeafIndex);
            inner.Bytes(member.Identity);
            inner.Bytes(member.SignatureKey);
        });
        writer.Bytes(SenderDataSecret);
        Messages.Write(writer);
    }

    public void Erase()
    {
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(SenderDataSecret);
        Messages.Erase();
    }
}
