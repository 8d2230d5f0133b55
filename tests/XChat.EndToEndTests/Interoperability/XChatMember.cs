using System.Text;

using NSec.Cryptography;

using XChat.Crypto.Mls;

namespace XChat.EndToEndTests.Interoperability;

/// <summary>A member on XChat.Crypto.</summary>
internal sealed class XChatMember(string name, MlsCipherSuite suite) : IInteropMember
{
    private readonly Key _key = Key.Create(SignatureAlgorithm.Ed25519);
    private KeyPackageBundle? _package;
    private MlsGroup? _group;

    public string Name => name;

    private byte[] Identity => Encoding.UTF8.GetBytes(name);

    private MlsGroup Group => _group ?? throw new InvalidOperationException($"{name} is in no group.");

    public Task<byte[]> CreateAsync(byte[]? groupId)
    {
        _package = KeyPackageBundle.Create(suite, Identity, _key, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, lastResort: false);
        _group = groupId is null ? null : MlsGroup.Create(suite, groupId, Identity, _key);
        return Task.FromResult(_package.KeyPackage);
    }

    public Task JoinAsync(byte[] welcome)
    {
        _group = MlsGroup.Join(welcome, [_package!], _key, Anyone);
        return Task.CompletedTask;
    }

    public Task<(byte[] Commit, byte[]? Welcome)> CommitAsync(IReadOnlyList<byte[]> adds, IReadOnlyList<int> removes)
    {
        PendingCommit commit = Group.Commit(adds, removes, Anyone);
        Group.Merge(commit);
        return Task.FromResult((commit.Message, commit.Welcome));
    }

    public Task<bool> FollowAsync(byte[] commit) =>
        Task.FromResult(Assert.IsType<MlsCommitApplied>(Group.Process(commit, Anyone)).SelfRemoved);

    public Task<byte[]> EncryptAsync(string text) => Task.FromResult(Group.Encrypt(Encoding.UTF8.GetBytes(text), [], paddedSize: 128));

    public Task<string> DecryptAsync(byte[] message) =>
        Task.FromResult(Encoding.UTF8.GetString(Assert.IsType<MlsApplication>(Group.Process(message, Anyone)).Plaintext));

    public Task RestartAsync()
    {
        _group = MlsGroup.Deserialize(Group.Serialize(), _key);
        return Task.CompletedTask;
    }

    public Task<(long Epoch, int Leaf, string Authenticator)> DescribeAsync() =>
        Task.FromResult((Group.Epoch, Group.OwnLeaf, Convert.ToBase64String(Group.EpochAuthenticator)));

    private static bool Anyone(byte[] identity, byte[] signatureKey) => true;
}
