using XChat.Crypto.Mls.Tree;

namespace XChat.Crypto.Mls;

/// <summary>What a commit does, as far as a delivery service without the group's secrets can see. <c>Path*</c> are those of the committer's new leaf.</summary>
public sealed record CommitInfo(
    byte[] GroupId,
    long Epoch,
    int SenderLeaf,
    IReadOnlyList<KeyPackageInfo> Adds,
    IReadOnlyList<int> Removes,
    byte[] PathIdentity,
    byte[] PathSignatureKey);

/// <summary>Reads commits for the delivery service, which holds the group to its rules without being able to forge or read anything.</summary>
public static class CommitInspector
{
    /// <summary>
    /// Parses a PublicMessage commit of a member with a path and by-value Add and Remove proposals, and verifies the signatures of the key packages
    /// that it adds and of the committer's new leaf, which is made for this group and leaf index. Whether the signature of the whole is the member's
    /// is left to the other members: it covers state that the server does not hold.
    /// </summary>
    /// <param name="mlsMessage">Untrusted bytes.</param>
    /// <param name="mostProposals">More are refused before any signature is verified.</param>
    /// <exception cref="MlsException">Malformed, badly signed, or of a kind that the profile does not allow.</exception>
    public static CommitInfo Inspect(ReadOnlySpan<byte> mlsMessage, int mostProposals = int.MaxValue)
    {
        if (MlsMessage.Parse(mlsMessage).Body is not PublicMessage { Content: { Body: Commit commit, Sender.Type: SenderType.Member } content })
        {
            throw new MlsException(MlsError.Unsupported, "The message is not a public commit of a member.");
        }

        if (commit.Path is not { } path)
        {
            throw new MlsException(MlsError.BadProposals, "The commit lacks an update path.");
        }

        if (content.Epoch > long.MaxValue || content.Sender.Index > int.MaxValue)
        {
            throw MlsException.Malformed("commit: epoch or leaf out of range");
        }

        if (commit.Proposals.Count > mostProposals)
        {
            throw new MlsException(MlsError.BadProposals, "The commit has too many proposals.");
        }

        if (path.Leaf.Source != LeafNodeSource.Commit || !path.Leaf.VerifySignature(content.GroupId, content.Sender.Index))
        {
            throw new MlsException(MlsError.BadSignature, "The committer's new leaf is of the wrong source or its signature does not verify.");
        }

        List<KeyPackageInfo> adds = [];
        List<int> removes = [];
        foreach (ProposalOrRef item in commit.Proposals)
        {
            switch (item.Proposal)
            {
                case { Added: { } package }:
                    adds.Add(KeyPackageInspector.Describe(package));
                    break;
                case { Type: ProposalType.Remove } remove when remove.Removed <= int.MaxValue:
                    removes.Add((int)remove.Removed);
                    break;
                default:
                    throw new MlsException(MlsError.BadProposals, "The commit has a proposal other than Add and Remove by value.");
            }
        }

        return new CommitInfo(
            content.GroupId, (long)content.Epoch, (int)content.Sender.Index, adds, removes, path.Leaf.Credential.Data, path.Leaf.SignatureKey);
    }
}
