using XChat.Crypto.Hpke;
using XChat.Crypto.Mls.Encoding;
using XChat.Crypto.Mls.Tree;

namespace XChat.Crypto.Mls;

/// <summary>Committing (RFC 9420 section 12.4.1), in the profile that this project sends: proposals by value, always with a path.</summary>
public sealed partial class MlsGroup
{
    /// <summary>
    /// Makes a commit that adds and removes; with empty lists it only renews the own keys. This group does not change until the caller, once the
    /// commit was accepted, gives it to <see cref="Merge"/>. The key packages are taken as they are published; the Welcome is sealed to the Welcome keys of
    /// those that have one.
    /// </summary>
    public PendingCommit Commit(IReadOnlyList<byte[]> addKeyPackages, IReadOnlyList<int> removeLeaves, MlsIdentityCheck check)
    {
        Sender self = Sender.Member(_state.Own);
        List<PublishedKeyPackage> packages = [.. addKeyPackages.Select(bytes => PublishedKeyPackage.Parse(bytes))];
        List<Proposal> proposals =
        [
            .. removeLeaves.Select(leaf => new Proposal(ProposalType.Remove) { Removed = checked((uint)leaf) }),
            .. packages.Select(package => new Proposal(ProposalType.Add) { Added = package.Package }),
        ];
        List<SentProposal> sent = [.. proposals.Select(proposal => new SentProposal(proposal, self))];
        ProposalRules.Check(sent, self, _state, check);

        RatchetTree tree = _state.Tree.Copy();
        List<uint> added = ProposalRules.Apply(tree, sent);
        TreeKeys keys = _state.Keys.CopyFor(tree);
        NewPath path = TreeKem.Create(tree, keys, _state.Own, _state.Tree.Leaf(_state.Own)!, _state.Context.GroupId, _signatureKey);
        GroupContext context = _state.Context with { Epoch = _state.Context.Epoch + 1, TreeHash = tree.TreeHash() };
        UpdatePath encrypted = TreeKem.Encrypt(_state.Suite, tree, path, added, context.ToBytes());

        FramedContent content = new(
            _state.Context.GroupId, _state.Context.Epoch, self, [], ContentType.Commit,
            new Commit([.. proposals.Select(proposal => new ProposalOrRef(proposal, null))], encrypted));
        AuthenticatedContent signed = AuthenticatedContent.Sign(WireFormat.PublicMessage, content, _state.Context, _signatureKey);
        context = context with { ConfirmedTranscriptHash = EpochSecrets.ConfirmedTranscriptHash(_state.InterimTranscriptHash, signed) };
        byte[] joiner = EpochSecrets.Joiner(_state.Secrets.Init, path.CommitSecret, context);
        byte[] noPsk = new byte[CipherSuite.HashSize];
        EpochSecrets secrets = EpochSecrets.FromJoiner(joiner, noPsk, context);
        signed = signed with { ConfirmationTag = CipherSuite.Mac(secrets.Confirmation, context.ConfirmedTranscriptHash) };

        EpochState next = new(
            _state.Suite, context, tree, _state.Own, keys, secrets, new SecretTree(_state.Suite, tree.LeafCount, secrets.Encryption),
            EpochSecrets.InterimTranscriptHash(context.ConfirmedTranscriptHash, signed.ConfirmationTag));
        byte[] message = TlsWriter.Encode(MlsMessage.Of(PublicMessage.Protect(signed, _state.Secrets.Membership, _state.Context)).Write);
        byte[]? welcome = packages.Count == 0
            ? null
            : MakeWelcome(next, signed.ConfirmationTag, packages, added, path, EpochSecrets.Welcome(joiner, noPsk), joiner);
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(joiner);
        return new PendingCommit(message, welcome, next);
    }

    /// <summary>Enters the epoch of an own commit that the delivery service accepted. The pending commit is used up.</summary>
    /// <exception cref="MlsException">The commit was made for another group or epoch.</exception>
    public void Merge(PendingCommit commit)
    {
        ArgumentNullException.ThrowIfNull(commit);
        EpochState next = commit.Next;
        CheckAddress(next.Context.GroupId, next.Context.Epoch - 1);
        Advance(next);
    }

    private byte[] MakeWelcome(
        EpochState next, byte[] confirmationTag, List<PublishedKeyPackage> packages, List<uint> added, NewPath path, byte[] welcomeSecret, byte[] joiner)
    {
        List<Extension> extensions = [new Extension(Extension.RatchetTree, TlsWriter.Encode(next.Tree.Write))];
        GroupInfo info = new GroupInfo(next.Context, extensions, confirmationTag, next.Own, []).Sign(_signatureKey);
        byte[] key = CipherSuite.ExpandWithLabel(welcomeSecret, "key", [], next.Suite.Aead.KeySize);
        byte[] nonce = CipherSuite.ExpandWithLabel(welcomeSecret, "nonce", [], Aead.NonceSize);
        byte[] encryptedInfo = next.Suite.Aead.Seal(key, nonce, [], TlsWriter.Encode(info.Write));
        byte[] infoHash = CipherSuite.Hash(encryptedInfo);

        List<EncryptedGroupSecrets> secrets = [];
        for (int i = 0; i < packages.Count; i++)
        {
            uint leafNode = TreeMath.NodeOf(added[i]);
            byte[]? pathSecret = path.Steps.Where(step => TreeMath.IsBelow(leafNode, step.Node)).Select(step => step.Secret).FirstOrDefault();
            byte[] plaintext = TlsWriter.Encode(new GroupSecrets(joiner, pathSecret, []).Write);
            KeyPackage package = packages[i].Package;
            EncryptedGroupSecrets entry = new(
                package.Reference(), next.Suite.EncryptWithLabel(package.InitKey, "Welcome", encryptedInfo, plaintext));
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(plaintext);
            secrets.Add(packages[i].WelcomeKey is { } welcomeKey ? WelcomeSeal.Seal(welcomeKey, next.Context.Suite, entry, infoHash) : entry);
        }

        return TlsWriter.Encode(MlsMessage.Of(new Welcome(next.Context.Suite, secrets, encryptedInfo)).Write);
    }
}
