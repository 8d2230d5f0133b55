using BenchmarkDotNet.Attributes;

using NSec.Cryptography;

using XChat.Crypto.Mls;

namespace XChat.Benchmarks.Mls;

/// <summary>What a device pays in groups of a size. Every call starts from the same stored state, whose loading is measured by itself.</summary>
[MemoryDiagnoser]
[ShortRunJob]
public class MlsBenchmarks
{
    private const MlsCipherSuite Suite = MlsCipherSuite.X25519Aes128GcmSha256Ed25519;

    private readonly Key _alice = NewKey();
    private readonly Key _bob = NewKey();
    private readonly byte[] _text = new byte[100];
    private byte[] _aliceState = [];
    private byte[] _bobState = [];
    private byte[] _commit = [];
    private byte[] _message = [];
    private byte[] _welcome = [];
    private KeyPackageBundle _bobPackage = null!;

    /// <summary>Members of the group.</summary>
    [Params(2, 16, 64, 256, 1000)]
    public int Members { get; set; }

    /// <summary>A group soon after its founding, the worst case: hardly any inner node has a key yet, so a commit encrypts to almost every leaf.</summary>
    [GlobalSetup]
    public void Setup()
    {
        MlsGroup alice = MlsGroup.Create(Suite, new byte[16], [0], _alice);
        _bobPackage = Package(_bob, [1]);
        List<byte[]> packages = [_bobPackage.KeyPackage];
        for (int i = 2; i < Members; i++)
        {
            packages.Add(Package(NewKey(), BitConverter.GetBytes(i)).KeyPackage);
        }

        PendingCommit founding = alice.Commit(packages, [], Anyone);
        _welcome = founding.Welcome!;
        alice.Merge(founding);
        MlsGroup bob = MlsGroup.Join(_welcome, [_bobPackage], _bob, Anyone);
        for (int i = 0; i < 2; i++)
        {
            PendingCommit update = bob.Commit([], [], Anyone);
            bob.Merge(update);
            _ = alice.Process(update.Message, Anyone);
        }

        _aliceState = alice.Serialize();
        _bobState = bob.Serialize();
        _commit = alice.Commit([], [], Anyone).Message;
        _message = alice.Encrypt(_text, [], paddedSize: 256);
    }

    [Benchmark]
    public MlsGroup Load() => Alice();

    [Benchmark]
    public byte[] LoadAndStore() => Alice().Serialize();

    [Benchmark]
    public PendingCommit LoadAndCommit() => Alice().Commit([], [], Anyone);

    [Benchmark]
    public MlsReceived LoadAndProcessCommit() => Bob().Process(_commit, Anyone);

    [Benchmark]
    public byte[] LoadAndEncrypt() => Alice().Encrypt(_text, [], paddedSize: 256);

    [Benchmark]
    public MlsReceived LoadAndDecrypt() => Bob().Process(_message, Anyone);

    [Benchmark]
    public MlsGroup Join() => MlsGroup.Join(_welcome, [_bobPackage], _bob, Anyone);

    private static Key NewKey() => Key.Create(SignatureAlgorithm.Ed25519);

    private static bool Anyone(byte[] identity, byte[] signatureKey) => true;

    private static KeyPackageBundle Package(Key key, byte[] identity) =>
        KeyPackageBundle.Create(Suite, identity, key, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, lastResort: false);

    private MlsGroup Alice() => MlsGroup.Deserialize(_aliceState, _alice);

    private MlsGroup Bob() => MlsGroup.Deserialize(_bobState, _bob);
}
