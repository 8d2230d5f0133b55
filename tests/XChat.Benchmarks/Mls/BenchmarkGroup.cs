using NSec.Cryptography;

using XChat.Crypto.Mls;

namespace XChat.Benchmarks.Mls;

/// <summary>
/// A group soon after its founding, the worst case: one member added all others, another committed twice, and hardly any inner node has a key yet, so a commit
/// encrypts to almost every leaf. tests/ts-mls-member/bench.mjs makes the same one.
/// </summary>
internal sealed class BenchmarkGroup
{
    private const MlsCipherSuite Suite = MlsCipherSuite.X25519Aes128GcmSha256Ed25519;
    private const int TextSize = 256;

    private readonly Key _alice = NewKey();
    private readonly Key _bob = NewKey();
    private readonly KeyPackageBundle _bobPackage;
    private readonly byte[][] _packages;
    private readonly byte[] _aliceState;
    private readonly byte[] _bobState;
    private readonly byte[] _commit;
    private readonly byte[] _message;
    private readonly byte[] _welcome;

    public BenchmarkGroup(int members)
    {
        _bobPackage = Package(_bob, [1]);
        _packages = [_bobPackage.KeyPackage, .. Enumerable.Range(2, members - 2).Select(at => Package(NewKey(), BitConverter.GetBytes(at)).KeyPackage)];
        using MlsGroup alice = Founded(out PendingCommit founding);
        _welcome = founding.Welcome!;
        using MlsGroup bob = Join();
        for (int turn = 0; turn < 2; turn++)
        {
            PendingCommit update = bob.Commit([], [], Anyone);
            bob.Merge(update);
            _ = alice.Process(update.Message, Anyone);
        }

        _aliceState = alice.Serialize();
        _bobState = bob.Serialize();
        _commit = alice.Commit([], [], Anyone).Message;
        _message = alice.Encrypt(new byte[TextSize], [], paddedSize: TextSize);
    }

    /// <summary>One member makes the group and adds all others with one commit, whose Welcome is sealed to each.</summary>
    public MlsGroup Found() => Founded(out _);

    public MlsGroup Load() => Alice();

    public byte[] LoadAndStore() => Alice().Serialize();

    public PendingCommit Commit() => Alice().Commit([], [], Anyone);

    public MlsReceived ProcessCommit() => Bob().Process(_commit, Anyone);

    public byte[] Encrypt() => Alice().Encrypt(new byte[TextSize], [], paddedSize: TextSize);

    public MlsReceived Decrypt() => Bob().Process(_message, Anyone);

    public MlsGroup Join() => MlsGroup.Join(_welcome, [_bobPackage], _bob, Anyone);

    private static Key NewKey() => Key.Create(SignatureAlgorithm.Ed25519);

    private static bool Anyone(byte[] identity, byte[] signatureKey) => true;

    private static KeyPackageBundle Package(Key key, byte[] identity) =>
        KeyPackageBundle.Create(Suite, identity, key, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, lastResort: false);

    private MlsGroup Founded(out PendingCommit founding)
    {
        MlsGroup alice = MlsGroup.Create(Suite, new byte[16], [0], _alice);
        founding = alice.Commit(_packages, [], Anyone);
        alice.Merge(founding);
        return alice;
    }

    private MlsGroup Alice() => MlsGroup.Deserialize(_aliceState, _alice);

    private MlsGroup Bob() => MlsGroup.Deserialize(_bobState, _bob);
}
