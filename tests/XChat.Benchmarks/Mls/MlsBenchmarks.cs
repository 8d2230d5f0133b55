using BenchmarkDotNet.Attributes;

using XChat.Crypto.Mls;

namespace XChat.Benchmarks.Mls;

/// <summary>
/// What a device pays in groups of a size. Every call but the creation starts from the same stored state, as a device's program does; loading is measured by
/// itself too.
/// </summary>
[Config(typeof(QuickConfig))]
[MemoryDiagnoser]
public class MlsBenchmarks
{
    private static readonly Dictionary<int, BenchmarkGroup> Groups = [];

    private BenchmarkGroup _group = null!;

    /// <summary>Members of the group.</summary>
    [Params(2, 16, 64, 256, 1000)]
    public int Members { get; set; }

    [GlobalSetup]
    public void Setup() => _group = Groups.TryGetValue(Members, out BenchmarkGroup? made) ? made : Groups[Members] = new BenchmarkGroup(Members);

    [Benchmark]
    public MlsGroup Create() => _group.Found();

    [Benchmark]
    public MlsGroup Load() => _group.Load();

    [Benchmark]
    public byte[] LoadAndStore() => _group.LoadAndStore();

    [Benchmark]
    public PendingCommit LoadAndCommit() => _group.Commit();

    [Benchmark]
    public MlsReceived LoadAndProcessCommit() => _group.ProcessCommit();

    [Benchmark]
    public byte[] LoadAndEncrypt() => _group.Encrypt();

    [Benchmark]
    public MlsReceived LoadAndDecrypt() => _group.Decrypt();

    [Benchmark]
    public MlsGroup Join() => _group.Join();
}
