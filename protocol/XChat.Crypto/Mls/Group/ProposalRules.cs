using XChat.Crypto.Mls.Tree;

namespace XChat.Crypto.Mls;

/// <summary>A proposal with the member that made it.</summary>
internal sealed record SentProposal(Proposal Proposal, Sender Sender);

/// <summary>What a commit's proposals may be, and what they do to the tree (RFC 9420 sections 12.2 and 12.3).</summary>
internal static class ProposalRules
{
    public static bool NeedPath(IReadOnlyCollection<SentProposal> proposals) =>
        proposals.Count == 0 || proposals.Any(sent => sent.Proposal.Type is
            ProposalType.Update or ProposalType.Remove or ProposalType.ExternalInit or ProposalType.GroupContextExtensions);

    public static void Check(IReadOnlyList<SentProposal> proposals, Sender committer, EpochState state, MlsIdentityCheck check)
    {
        bool external = committer.Type == SenderType.NewMemberCommit;
        HashSet<uint> changed = [];
        foreach (SentProposal sent in proposals)
        {
            Proposal proposal = sent.Proposal;
            bool allowed = proposal.Type switch
            {
                ProposalType.Add => !external,
                ProposalType.Remove => (external || sent.Sender.Type != SenderType.Member || committer.Index != proposal.Removed)
                    && state.Tree.Leaf(proposal.Removed) is not null && changed.Add(proposal.Removed),
                ProposalType.Update => !external && sent.Sender.Type == SenderType.Member && sent.Sender.Index != committer.Index
                    && changed.Add(sent.Sender.Index),
                ProposalType.PreSharedKey => proposals.Count(other => SamePsk(other.Proposal, proposal)) == 1,
                ProposalType.ExternalInit => external && proposals.Count(other => other.Proposal.Type == ProposalType.ExternalInit) == 1,
                ProposalType.GroupContextExtensions => !external && proposals.Count(other => other.Proposal.Type == proposal.Type) == 1,
                _ => false,
            };
            if (!allowed)
            {
                throw new MlsException(MlsError.BadProposals, $"The commit has a {proposal.Type} proposal that is not allowed there.");
            }

            CheckLeaf(sent, state, check);
        }
    }

    /// <summary>Changes the tree in the order of RFC 9420 section 12.3 and returns the leaves added.</summary>
    public static List<uint> Apply(RatchetTree tree, IReadOnlyList<SentProposal> proposals)
    {
        foreach (SentProposal sent in proposals.Where(sent => sent.Proposal.Type == ProposalType.Update))
        {
            tree.Update(sent.Sender.Index, sent.Proposal.Updated!);
        }

        foreach (SentProposal sent in proposals.Where(sent => sent.Proposal.Type == ProposalType.Remove))
        {
            tree.Remove(sent.Proposal.Removed);
        }

        List<uint> added = [.. proposals.Where(sent => sent.Proposal.Type == ProposalType.Add).Select(sent => tree.Add(sent.Proposal.Added!.Leaf))];
        CheckKeysDiffer(tree, proposals);
        return added;
    }

    private static void CheckLeaf(SentProposal sent, EpochState state, MlsIdentityCheck check)
    {
        LeafNode? leaf = null;
        if (sent.Proposal.Added is { } package)
        {
            package.Validate();
            if (package.Suite != state.Context.Suite)
            {
                throw new MlsException(MlsError.BadProposals, "An added key package is of another cipher suite.");
            }

            leaf = package.Leaf;
        }
        else if (sent.Proposal.Updated is { } updated)
        {
            if (updated.Source != LeafNodeSource.Update || !updated.VerifySignature(state.Context.GroupId, sent.Sender.Index))
            {
                throw new MlsException(MlsError.BadSignature, "An updated leaf's signature does not verify.");
            }

            leaf = updated;
        }

        if (leaf is not null && !check(leaf.Credential.Data, leaf.SignatureKey))
        {
            throw new MlsException(MlsError.NotCertified, "A leaf's key is not certified for its identity.");
        }
    }

    private static void CheckKeysDiffer(RatchetTree tree, IReadOnlyList<SentProposal> proposals)
    {
        if (!proposals.Any(sent => sent.Proposal.Type is ProposalType.Add or ProposalType.Update))
        {
            return;
        }

        HashSet<string> keys = [];
        foreach ((_, LeafNode leaf) in tree.Members())
        {
            if (!keys.Add("s" + Convert.ToHexString(leaf.SignatureKey)) || !keys.Add("e" + Convert.ToHexString(leaf.EncryptionKey)))
            {
                throw new MlsException(MlsError.BadProposals, "Two leaves would have the same key.");
            }
        }
    }

    private static bool SamePsk(Proposal one, Proposal other) =>
        one.Psk is not null && other.Psk is not null && one.Psk.Type == other.Psk.Type && one.Psk.Epoch == other.Psk.Epoch
        && one.Psk.Id.AsSpan().SequenceEqual(other.Psk.Id);
}
