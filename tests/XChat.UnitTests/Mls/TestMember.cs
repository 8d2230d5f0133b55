using NSec.Cryptography;

using XChat.Crypto.Mls;

namespace XChat.UnitTests.Mls;

/// <summary>A device with its signature key and its view of one group.</summary>
internal sealed class TestMember : IDisposable
{
    private readonly Key _key = Key.Create(
        SignatureAlgorithm.Ed25519, new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport });

    private KeyPackageBundle? _package;
    private MlsGroup? _group;

    public TestMember(string name) => Name = name;

    public string Name { get; }

    public byte[] Identity => System.Text.Encoding.UTF8.GetBytes(Name);

    public MlsGroup Group => _group ?? throw new InvalidOperationException($"{Name} is in no group.");

    public MlsCipherSuite Suite { get; init; } = MlsCipherSuite.X25519Aes128GcmSha256Ed25519;

    public static bool Anyone(byte[] identity, byte[] signatureKey) => true;

    public void Found(byte[] groupId) => _group = MlsGroup.Create(Suite, groupId, Identity, _key);

    public byte[] NewKeyPackage()
    {
        _package = KeyPackageBundle.Create(Suite, Identity, _key, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, lastResort: false);
        return _package.KeyPackage;
    }

    public void Join(byte[] welcome) => _group = MlsGroup.Join(welcome, [_package!], _key, Anyone);

    public PendingCommit Commit(IReadOnlyList<byte[]> adds, IReadOnlyList<int> removes) => Group.Commit(adds, removes, Anyone);

    public byte[] Encrypt(string text) => Group.Encrypt(System.Text.Encoding.UTF8.GetBytes(text), [], paddedSize: 64);

    public string Decrypt(byte[] message) =>
        System.Text.Encoding.UTF8.GetString(Assert.IsType<MlsApplication>(Group.Process(message, Anyone)).Plaintext);

    public MlsCommitApplied Follow(byte[] commit) => Assert.IsType<MlsCommitApplied>(Group.Process(commit, Anyone));

    /// <summary>What a process that starts again does: everything that it knows comes from the serialised state.</summary>
    public void Restart()
    {
        byte[] state = Group.Serialize();
        Group.Dispose();
        _group = MlsGroup.Deserialize(state, _key);
        Assert.Equal(state, _group.Serialize());
    }

    public void Restore(byte[] state) => _group = MlsGroup.Deserialize(state, _key);

    public void Dispose()
    {
        _group?.Dispose();
        _package?.Dispose();
        _key.Dispose();
    }

    /// <summary>A group in which the first member added all others.</summary>
    public static List<TestMember> GroupOf(MlsCipherSuite suite, params string[] names)
    {
        List<TestMember> members = [.. names.Select(name => new TestMember(name) { Suite = suite })];
        members[0].Found(Guid.NewGuid().ToByteArray());
        if (members.Count > 1)
        {
            PendingCommit commit = members[0].Commit([.. members.Skip(1).Select(member => member.NewKeyPackage())], []);
            members[0].Group.Merge(commit);
            members.Skip(1).ToList().ForEach(member => member.Join(commit.Welcome!));
        }

        return members;
    }

    public static List<TestMember> GroupOf(params string[] names) => GroupOf(MlsCipherSuite.X25519Aes128GcmSha256Ed25519, names);
}
