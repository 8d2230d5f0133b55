using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;

using XChat.Crypto.Mls;

namespace XChat.Benchmarks.Mls;

/// <summary>
/// The same operations on the same group of 256 members, here and with ts-mls in a Node process, turn by turn in one run. The aim: a commit, and processing
/// one, at most a quarter. Ours loads the stored state every time, ts-mls has it in memory; a call to Node takes a line each way, some 0.1 ms.
/// </summary>
[Config(typeof(QuickConfig))]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class MlsComparison
{
    private const int Members = 256;

    private static readonly Lazy<BenchmarkGroup> Group = new(() => new BenchmarkGroup(Members));
    private static readonly Lazy<TsMlsGroup> Other = new(() => TsMlsGroup.Start(Members));

    private BenchmarkGroup _group = null!;
    private TsMlsGroup _other = null!;

    [GlobalSetup]
    public void Setup() => (_group, _other) = (Group.Value, Other.Value);

    [Benchmark, BenchmarkCategory("create")]
    public MlsGroup Create() => _group.Found();

    [Benchmark(Baseline = true), BenchmarkCategory("create")]
    public void TsMlsCreate() => _other.Call("create");

    [Benchmark, BenchmarkCategory("commit")]
    public PendingCommit Commit() => _group.Commit();

    [Benchmark(Baseline = true), BenchmarkCategory("commit")]
    public void TsMlsCommit() => _other.Call("commit");

    [Benchmark, BenchmarkCategory("process")]
    public MlsReceived Process() => _group.ProcessCommit();

    [Benchmark(Baseline = true), BenchmarkCategory("process")]
    public void TsMlsProcess() => _other.Call("process");

    [Benchmark, BenchmarkCategory("encrypt")]
    public byte[] Encrypt() => _group.Encrypt();

    [Benchmark(Baseline = true), BenchmarkCategory("encrypt")]
    public void TsMlsEncrypt() => _other.Call("encrypt");

    [Benchmark, BenchmarkCategory("decrypt")]
    public MlsReceived Decrypt() => _group.Decrypt();

    [Benchmark(Baseline = true), BenchmarkCategory("decrypt")]
    public void TsMlsDecrypt() => _other.Call("decrypt");
}
