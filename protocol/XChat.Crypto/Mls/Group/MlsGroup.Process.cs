using XChat.Crypto.Mls.Tree;

namespace XChat.Crypto.Mls;

/// <summary>Receiving (RFC 9420 sections 6 and 12.4.2).</summary>
public sealed partial class MlsGroup
{
    /// <summary>Processes a commit, an application message or a proposal.</summary>
    public MlsReceived Process(ReadOnlySpan<byte> mlsMessage, MlsIdentityCheck check) =>
        Process(mlsMessage, check, new Dictionary<string, byte[]>());

    internal MlsReceived Process(ReadOnlySpan<byte> mlsMessage, MlsIdentityCheck check, IReadOnlyDictionary<string, byte[]> externalPsks)
    {
        switch (MlsMessage.Parse(mlsMessage).Body)
        {
            case PublicMessage message:
                CheckAddress(message.Content.GroupId, message.Content.Epoch);
                AuthenticatedContent content = message.Unprotect(_state.Secrets.Membership, _state.Context);
                CheckSignature(content);
                return Receive(content, check, externalPsks);
            case PrivateMessage message when message.Type == ContentType.Application:
                return ReceiveApplication(message);
            case PrivateMessage message:
                CheckAddress(message.GroupId, message.Epoch);
                return Receive(
                    message.Unprotect(_state.Suite, _state.Messages, _state.Secrets.SenderData, CheckSignature), check, externalPsks);
            default:
                throw new MlsException(MlsError.Malformed, "The message is not one that a group processes.");
        }
    }

    private void CheckAddress(byte[] groupId, ulong epoch)
    {
        if (!groupId.AsSpan().SequenceEqual(_state.Context.GroupId))
        {
            throw new MlsException(MlsError.WrongGroup, "The message belongs to another group.");
        }

        if (epoch != _state.Context.Epoch)
        {
            throw new MlsException(MlsError.WrongEpoch, "The message belongs to another epoch.");
        }
    }

    private MlsApplication ReceiveApplication(PrivateMessage message)
    {
        if (!message.GroupId.AsSpan().SequenceEqual(_state.Context.GroupId))
        {
            throw new MlsException(MlsError.WrongGroup, "The message belongs to another group.");
        }

        PastEpoch? past = message.Epoch == _state.Context.Epoch
            ? null
            : _past.Find(kept => kept.Context.Epoch == message.Epoch)
                ?? throw new MlsException(MlsError.WrongEpoch, "The message belongs to an epoch that is not held.");
        AuthenticatedContent content = message.Unprotect(
            _state.Suite, past?.Messages ?? _state.Messages, past?.SenderDataSecret ?? _state.Secrets.SenderData, CheckMember);
        return new MlsApplication(
            SenderOf(content), (long)message.Epoch, (byte[])content.Content.Body, message.AuthenticatedData);

        void CheckMember(AuthenticatedContent opened)
        {
            if (!opened.Verify(SenderOf(opened).SignatureKey, past?.Context ?? _state.Context))
            {
                throw new MlsException(MlsError.BadSignature, "The message's signature does not verify.");
            }
        }

        MlsMember SenderOf(AuthenticatedContent opened)
        {
            uint leaf = opened.Content.Sender.Index;
            return past is null ? _state.Member(leaf) : past.Members.TryGetValue(leaf, out MlsMember? member) ? member
                : throw new MlsException(MlsError.BadSender, "The leaf was blank.");
        }
    }

    private MlsReceived Receive(AuthenticatedContent content, MlsIdentityCheck check, IReadOnlyDictionary<string, byte[]> externalPsks) =>
        content.Content.Body switch
        {
            Proposal proposal => Keep(content, proposal),
            Commit commit => ReceiveCommit(content, commit, check, externalPsks),
            _ => throw new MlsException(MlsError.Malformed, "Application data must be encrypted."),
        };

    private void CheckSignature(AuthenticatedContent content)
    {
        Sender sender = content.Content.Sender;
        byte[] key = sender.Type switch
        {
            SenderType.Member => _state.Member(sender.Index).SignatureKey,
            SenderType.NewMemberCommit when content.Content.Body is Commit { Path: { } path } => path.Leaf.SignatureKey,
            SenderType.NewMemberProposal when content.Content.Body is Proposal { Added: { } package } => package.Leaf.SignatureKey,
            _ => throw new MlsException(MlsError.BadSender, "The sender must not send this."),
        };
        if (sender.Type == SenderType.Member && sender.Index == _state.Own)
        {
            throw new MlsException(MlsError.OwnCommit, "The message is our own.");
        }

        if (!content.Verify(key, _state.Context))
        {
            throw new MlsException(MlsError.BadSignature, "The message's signature does not verify.");
        }
    }

    private MlsProposalKept Keep(AuthenticatedContent content, Proposal proposal)
    {
        if (_proposals.Count >= MostProposalsKept)
        {
            throw new MlsException(MlsError.BadProposals, "Too many proposals wait for a commit.");
        }

        Sender sender = content.Content.Sender;
        _proposals[Convert.ToHexString(content.ProposalReference())] = new SentProposal(proposal, sender);
        return new MlsProposalKept(sender.Type == SenderType.Member ? _state.Member(sender.Index) : null);
    }

    private MlsCommitApplied ReceiveCommit(
        AuthenticatedContent content, Commit commit, MlsIdentityCheck check, IReadOnlyDictionary<string, byte[]> externalPsks)
    {
        Sender sender = content.Content.Sender;
        List<SentProposal> proposals = [.. commit.Proposals.Select(item => Resolve(item, sender))];
        ProposalRules.Check(proposals, sender, _state, check);
        if (commit.Path is null && (ProposalRules.NeedPath(proposals) || sender.Type == SenderType.NewMemberCommit))
        {
            throw new MlsException(MlsError.BadProposals, "The commit lacks an update path.");
        }

        if (commit.Path is { } path && !check(path.Leaf.Credential.Data, path.Leaf.SignatureKey))
        {
            throw new MlsException(MlsError.NotCertified, "The committer's key is not certified for its identity.");
        }

        List<MlsMember> removed = [.. proposals.Where(sent => sent.Proposal.Type == ProposalType.Remove).Select(sent => _state.Member(sent.Proposal.Removed))];
        RatchetTree tree = _state.Tree.Copy();
        List<uint> added = ProposalRules.Apply(tree, proposals);
        if (removed.Exists(member => (uint)member.LeafIndex == _state.Own))
        {
            MlsMember remover = MemberAt(sender, commit);
            Dispose();
            return new MlsCommitApplied(remover, [], removed, SelfRemoved: true);
        }

        EpochState next = new CommitReceiver(_state, tree, proposals, added, id => PskOf(id, externalPsks)).Receive(content, commit);
        uint committer = sender.Type == SenderType.Member ? sender.Index : next.Tree.Members().First(member => member.Leaf == commit.Path!.Leaf).Index;
        Advance(next);
        return new MlsCommitApplied(next.Member(committer), [.. added.Select(next.Member)], removed, SelfRemoved: false);
    }

    private MlsMember MemberAt(Sender sender, Commit commit) => sender.Type == SenderType.Member
        ? _state.Member(sender.Index)
        : new MlsMember(-1, commit.Path!.Leaf.Credential.Data, commit.Path.Leaf.SignatureKey);

    private SentProposal Resolve(ProposalOrRef item, Sender committer)
    {
        if (item.Proposal is not null)
        {
            return new SentProposal(item.Proposal, committer);
        }

        return _proposals.TryGetValue(Convert.ToHexString(item.Reference!), out SentProposal? kept)
            ? kept
            : throw new MlsException(MlsError.BadProposals, "The commit refers to a proposal that never came.");
    }

    private byte[] PskOf(PreSharedKeyId id, IReadOnlyDictionary<string, byte[]> externalPsks) =>
        (id.Type == PreSharedKeyId.External && externalPsks.TryGetValue(Convert.ToHexString(id.Id), out byte[]? psk))
        || (id.Type == PreSharedKeyId.Resumption && id.Id.AsSpan().SequenceEqual(_state.Context.GroupId) && _resumption.TryGetValue(id.Epoch, out psk))
            ? psk
            : throw new MlsException(MlsError.UnknownPsk, "A pre-shared key of the commit is not known.");
}
