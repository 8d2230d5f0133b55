using NSec.Cryptography;

using XChat.Crypto.Hpke;
using XChat.Crypto.Mls.Encoding;
using XChat.Crypto.Mls.Tree;

namespace XChat.Crypto.Mls;

/// <summary>
/// One member's view of an MLS group (RFC 9420). Every method either succeeds or throws <see cref="MlsException"/> and leaves the group as it was.
/// Not safe for concurrent use. The caller persists <see cref="Serialize"/> after each change, before anything leaves the device.
/// </summary>
public sealed partial class MlsGroup : IDisposable
{
    /// <summary>Former epochs whose application messages still decrypt.</summary>
    public const int PastEpochsKept = 3;

    private const int ResumptionSecretsKept = 8;
    private const int MostProposalsKept = 1_000;

    private readonly Key _signatureKey;
    private readonly List<PastEpoch> _past = [];
    private readonly SortedDictionary<ulong, byte[]> _resumption = [];
    private readonly Dictionary<string, SentProposal> _proposals = [];
    private EpochState _state;

    private MlsGroup(EpochState state, Key signatureKey)
    {
        (_state, _signatureKey) = (state, signatureKey);
        _resumption[state.Context.Epoch] = [.. state.Secrets.Resumption];
    }

    /// <summary>The group's id.</summary>
    public byte[] GroupId => [.. _state.Context.GroupId];

    /// <summary>The current epoch.</summary>
    public long Epoch => (long)_state.Context.Epoch;

    /// <summary>The own leaf.</summary>
    public int OwnLeaf => (int)_state.Own;

    /// <summary>All leaves, by index.</summary>
    public IReadOnlyList<MlsMember> Members => [.. _state.Tree.Members().Select(member => _state.Member(member.Index))];

    /// <summary>A value that is equal for all members exactly when they agree on the whole history of the group (RFC 9420 section 8.7).</summary>
    public byte[] EpochAuthenticator => [.. _state.Secrets.Authenticator];

    /// <summary>Creates a group of one, at epoch 0.</summary>
    public static MlsGroup Create(MlsCipherSuite suite, ReadOnlySpan<byte> groupId, byte[] identity, Key signatureKey)
    {
        ArgumentNullException.ThrowIfNull(signatureKey);
        CipherSuite functions = CipherSuite.Of(suite);
        (byte[] leafPrivate, byte[] leafPublic) = DiffieHellman.Generate();
        LeafNode leaf = new LeafNode(
            leafPublic, signatureKey.PublicKey.Export(KeyBlobFormat.RawPublicKey), new Credential(Credential.Basic, identity), Capabilities.Ours,
            LeafNodeSource.KeyPackage, 0, ulong.MaxValue, [], [], []).Sign(signatureKey, groupId, 0);
        RatchetTree tree = RatchetTree.Single(leaf);
        TreeKeys keys = new();
        keys.Set(0, leafPrivate, leafPublic);
        GroupContext context = new((ushort)suite, groupId.ToArray(), 0, tree.TreeHash(), [], []);
        EpochSecrets secrets = EpochSecrets.FromEpochSecret(System.Security.Cryptography.RandomNumberGenerator.GetBytes(CipherSuite.HashSize));
        byte[] tag = CipherSuite.Mac(secrets.Confirmation, context.ConfirmedTranscriptHash);
        EpochState state = new(
            functions, context, tree, 0, keys, secrets, new SecretTree(functions, 1, secrets.Encryption),
            EpochSecrets.InterimTranscriptHash([], tag));
        return new MlsGroup(state, signatureKey);
    }

    /// <summary>
    /// Encrypts an application message of the current epoch. Zeros are added up to <paramref name="paddedSize"/> bytes to hide the length. The
    /// group's state changes: persist it before the result leaves.
    /// </summary>
    public byte[] Encrypt(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> authenticatedData, int paddedSize) =>
        EncryptAs(_state.Own, plaintext, authenticatedData, paddedSize);

    /// <summary>Encrypts in the name of a leaf. With any but the own one it makes the forgery that others must refuse.</summary>
    internal byte[] EncryptAs(uint leaf, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> authenticatedData, int paddedSize)
    {
        FramedContent content = new(
            _state.Context.GroupId, _state.Context.Epoch, Sender.Member(leaf), authenticatedData.ToArray(), ContentType.Application, plaintext.ToArray());
        AuthenticatedContent signed = AuthenticatedContent.Sign(WireFormat.PrivateMessage, content, _state.Context, _signatureKey);
        int padding = Math.Max(0, paddedSize - plaintext.Length);
        PrivateMessage message = PrivateMessage.Protect(_state.Suite, signed, _state.Messages, _state.Secrets.SenderData, padding);
        return TlsWriter.Encode(MlsMessage.Of(message).Write);
    }

    /// <summary>Derives a secret that all members of this epoch share (RFC 9420 section 8.5).</summary>
    public byte[] ExportSecret(string label, ReadOnlySpan<byte> context, int length) => _state.Secrets.Export(label, context, length);

    /// <summary>Erases the secrets held.</summary>
    public void Dispose()
    {
        _state.Erase();
        _past.ForEach(past => past.Erase());
    }

    private void Advance(EpochState next)
    {
        _past.Add(PastEpoch.Of(_state));
        _state.Keys.Erase();
        _state.Secrets.Erase();
        while (_past.Count > PastEpochsKept)
        {
            _past[0].Erase();
            _past.RemoveAt(0);
        }

        _state = next;
        _proposals.Clear();
        _resumption[next.Context.Epoch] = [.. next.Secrets.Resumption];
        while (_resumption.Count > ResumptionSecretsKept)
        {
            _ = _resumption.Remove(_resumption.Keys.First());
        }
    }
}
