using XChat.Crypto.Mls.Encoding;
using XChat.Crypto.Mls.Tree;

namespace XChat.Crypto.Mls;

/// <summary>Ends an epoch (RFC 9420 section 12.4).</summary>
internal sealed record Commit(IReadOnlyList<ProposalOrRef> Proposals, UpdatePath? Path)
{
    public static Commit Read(ref TlsReader reader) =>
        new(reader.Vector(ProposalOrRef.Read), reader.Present() ? UpdatePath.Read(ref reader) : null);

    public void Write(TlsWriter writer)
    {
        writer.Vector(Proposals, (inner, proposal) => proposal.Write(inner));
        writer.Optional(Path, (inner, path) => path.Write(inner));
    }
}
