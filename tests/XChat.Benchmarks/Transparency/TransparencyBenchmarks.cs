using System.Globalization;

using BenchmarkDotNet.Attributes;

using XChat.Crypto.Transparency;

namespace XChat.Benchmarks.Transparency;

/// <summary>
/// What a look-up in the key log costs the server and a device, by the number of handles. The size of the proof is printed at set-up, for the largest of a
/// thousand handles.
/// </summary>
[Config(typeof(QuickConfig))]
[MemoryDiagnoser]
public class TransparencyBenchmarks
{
    private static readonly Dictionary<int, (KeyLog Log, LogHead Earlier, byte[] Statement)> Logs = [];

    private KeyLog _log = null!;
    private LogHead _head = null!;
    private LookupProof _proof = null!;
    private byte[] _statement = [];
    private IReadOnlyList<byte[]> _consistency = [];
    private LogHead _earlier = null!;

    /// <summary>Handles in the log, each with one statement.</summary>
    [Params(1_000, 1_000_000)]
    public int Labels { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        bool made = Logs.TryGetValue(Labels, out (KeyLog, LogHead, byte[]) log);
        (_log, _earlier, _statement) = made ? log : Logs[Labels] = Make(Labels);
        _head = _log.Head(_log.State, 0);
        _proof = Prove();
        _consistency = Continue();
        if (!made)
        {
            int most = Enumerable.Range(0, 1_000).Max(at => Size(_log.Prove(_log.State, Name(at * (Labels / 1_000)))!));
            Console.WriteLine(
                $"// {Labels} labels: proof {Size(_proof)} bytes, largest of 1000 {most}; with head and consistency {most + (_consistency.Count * 32) + 148}");
        }
    }

    /// <summary>The device: statement, log and map.</summary>
    [Benchmark]
    public bool Check() => _proof.Verify(_head, Name(Labels / 2), _statement, out _);

    /// <summary>The device: that the log continues the one it saw last, here a third of it.</summary>
    [Benchmark]
    public bool CheckConsistency() => MerkleProof.VerifyConsistency(_earlier.Size, _head.Size, _earlier.LogRoot, _head.LogRoot, _consistency);

    /// <summary>The server: both proofs of a look-up.</summary>
    [Benchmark]
    public LookupProof Prove() => _log.Prove(_log.State, Name(Labels / 2))!;

    [Benchmark]
    public IReadOnlyList<byte[]> Continue() => _log.ProveConsistency(_earlier.Size, _log.State);

    private static (KeyLog Log, LogHead Earlier, byte[] Statement) Make(int labels)
    {
        (KeyLog log, LogHead? earlier, byte[] chosen) = (new KeyLog(), null, []);
        for (int at = 0; at < labels; at++)
        {
            earlier = at == labels / 3 ? log.Head(log.State, 0) : earlier;
            byte[] statement = new AccountStatement(
                Name(at), new Guid(at + 1, 1, 1, new byte[8]), new byte[32], 1, new byte[32], AccountStatement.NoPrevious).Encode();
            chosen = at == labels / 2 ? statement : chosen;
            _ = log.Append(statement);
        }

        return (log, earlier!, chosen);
    }

    private static int Size(LookupProof proof) => (proof.Inclusion.Count * 32) + proof.Path.Length;

    private static string Name(int at) => "user" + at.ToString(CultureInfo.InvariantCulture);
}
