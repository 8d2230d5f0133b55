using System.Security.Cryptography;

using XChat.Crypto.Mls.Tree;

namespace XChat.Crypto.Mls;

/// <summary>Computes the next epoch from another member's commit, without touching the current one (RFC 9420 section 12.4.2).</summary>
internal sealed class CommitReceiver(
    EpochState current, RatchetTree tree, IReadOnlyList<SentProposal> proposals, List<uint> added, Func<PreSharedKeyId, byte[]> pskOf)
{
    public EpochState Receive(AuthenticatedContent content, Commit commit)
    {
        GroupContext context = NextContext();
        byte[] commitSecret = new byte[CipherSuite.HashSize];
        TreeKeys keys = current.Keys;
        if (commit.Path is { } path)
        {
            uint sender = PlaceSender(content.Content.Sender, path);
            TreeKem.Apply(tree, sender, path);
            context = context with { TreeHash = tree.TreeHash() };
            keys = current.Keys.CopyFor(tree);
            commitSecret = TreeKem.Open(current.Suite, tree, keys, current.Own, sender, path, added, context.ToBytes());
        }
        else
        {
            keys = current.Keys.CopyFor(tree);
            context = context with { TreeHash = tree.TreeHash() };
        }

        return Next(content, context, keys, InitSecret(), commitSecret);
    }

    private GroupContext NextContext()
    {
        SentProposal? extensions = proposals.FirstOrDefault(sent => sent.Proposal.Type == ProposalType.GroupContextExtensions);
        return current.Context with
        {
            Epoch = current.Context.Epoch + 1,
            Extensions = extensions?.Proposal.Extensions ?? current.Context.Extensions,
        };
    }

    private uint PlaceSender(Sender sender, UpdatePath path)
    {
        uint leaf = sender.Type == SenderType.Member ? sender.Index : tree.Add(path.Leaf);
        if (!path.Leaf.VerifySignature(current.Context.GroupId, leaf))
        {
            throw new MlsException(MlsError.BadSignature, "The committer's new leaf is not signed by it.");
        }

        bool repeated = tree.Members().Any(member => member.Index != leaf
            && (member.Leaf.EncryptionKey.AsSpan().SequenceEqual(path.Leaf.EncryptionKey)
                || member.Leaf.SignatureKey.AsSpan().SequenceEqual(path.Leaf.SignatureKey)));
        return repeated || (sender.Type == SenderType.Member && tree.Leaf(leaf)!.EncryptionKey.AsSpan().SequenceEqual(path.Leaf.EncryptionKey))
            ? throw new MlsException(MlsError.BadTree, "The committer's new leaf repeats a key.")
            : leaf;
    }

    private byte[] InitSecret()
    {
        if (proposals.FirstOrDefault(sent => sent.Proposal.Type == ProposalType.ExternalInit) is not { } init)
        {
            return current.Secrets.Init;
        }

        (byte[] secret, _) = Hpke.HpkeSuite.DeriveKeyPair(current.Secrets.External);
        return current.Suite.Hpke.ReceiveExport(init.Proposal.KemOutput, secret, [], "MLS 1.0 external init secret"u8, CipherSuite.HashSize)
            ?? throw new MlsException(MlsError.BadCiphertext, "The external init key is malformed.");
    }

    private EpochState Next(AuthenticatedContent content, GroupContext context, TreeKeys keys, byte[] init, byte[] commitSecret)
    {
        context = context with { ConfirmedTranscriptHash = EpochSecrets.ConfirmedTranscriptHash(current.InterimTranscriptHash, content) };
        byte[] psk = EpochSecrets.PskSecret(
            [.. proposals.Where(sent => sent.Proposal.Psk is not null).Select(sent => (sent.Proposal.Psk!, pskOf(sent.Proposal.Psk!)))]);
        byte[] joiner = EpochSecrets.Joiner(init, commitSecret, context);
        EpochSecrets secrets = EpochSecrets.FromJoiner(joiner, psk, context);
        CryptographicOperations.ZeroMemory(joiner);
        CryptographicOperations.ZeroMemory(commitSecret);
        if (!CipherSuite.MacEquals(CipherSuite.Mac(secrets.Confirmation, context.ConfirmedTranscriptHash), content.ConfirmationTag))
        {
            throw new MlsException(MlsError.BadSignature, "The commit's confirmation tag does not verify.");
        }

        return new EpochState(
            current.Suite, context, tree, current.Own, keys, secrets, new SecretTree(current.Suite, tree.LeafCount, secrets.Encryption),
            EpochSecrets.InterimTranscriptHash(context.ConfirmedTranscriptHash, content.ConfirmationTag));
    }
}
