using XChat.Crypto.Mls.Encoding;
using XChat.Crypto.Mls.Tree;

namespace XChat.Crypto.Mls;

/// <summary>Everything that a member holds about one epoch.</summary>
internal sealed record EpochState(
    CipherSuite Suite,
    GroupContext Context,
    RatchetTree Tree,
    uint Own,
    TreeKeys Keys,
    EpochSecrets Secrets,
    SecretTree Messages,
    byte[] InterimTranscriptHash)
{
    public MlsMember Member(uint leaf) => Tree.Leaf(leaf) is { } node
        ? new MlsMember((int)leaf, node.Credential.Data, node.SignatureKey)
        : throw new MlsException(MlsError.BadSender, "The leaf is blank.");

    public static EpochState Read(ref TlsReader reader)
    {
        GroupContext context = GroupContext.Read(ref reader);
        CipherSuite suite = CipherSuite.Of(context.Suite);
        return new EpochState(
            suite, context, RatchetTree.Read(ref reader), reader.U32(), TreeKeys.Read(ref reader), EpochSecrets.Read(ref reader),
            SecretTree.Read(suite, ref reader), reader.Bytes());
    }

    public void Write(TlsWriter writer)
    {
        Context.Write(writer);
        Tree.Write(writer);
        writer.U32(Own);
        Keys.Write(writer);
        Secrets.Write(writer);
        Messages.Write(writer);
        writer.Bytes(InterimTranscriptHash);
    }

    public void Erase()
    {
        Keys.Erase();
        Secrets.Erase();
        Messages.Erase();
    }
}
