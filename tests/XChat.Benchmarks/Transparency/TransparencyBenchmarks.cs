using System.Globalization;

using BenchmarkDotNet.Attributes;

using XChat.Crypto.Transparency;

namespace XChat.Benchmarks.Transparency;

/// <summary>
/// What a look-up in the key log costs the server and a device, by the number of handles. The size of the proof is printed at set-up, for the largest of a
/// thousand handles.
/// </summary>
[MemoryDiagnoser]
[ShortRunJob]
public class TransparencyBenchmarks
{
    private readonly KeyLog _log = new();
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
        for (int at = 0; at < Labels; at++)
        {
            if (at == Labels / 3)
            {
                _earlier = _log.Head(_log.State, 0);
            }

            byte[] statement = new AccountStatement(
                Name(at), new Guid(at + 1, 1, 1, new byte[8]), new byte[32], 1, new byte[32], AccountStatement.NoPrevious).Encode();
            _statement = at == Labels / 2 ? statement : _statement;
            _ = _log.Append(statement);
        }

        _head = _log.Head(_log.State, 0);
        _proof = Prove();
        _consistency = Continue();
        int most = Enumerable.Range(0, 1_000).Max(at => Size(_log.Prove(_log.State, Name(at * (Labels / 1_000)))!));
        Console.WriteLine(
            $"// {Labels} labels: proof {Size(_proof)} bytes, largest of 1000 {most}; with head and consistency {most + (_consistency.Count * 32) + 148}");
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

    private static int Size(LookupProof proof) => (proof.Inclusion.Count * 32) + proof.Path.Length;

    private static string Name(int at) => "user" + at.ToString(CultureInfo.InvariantCulture);
}
