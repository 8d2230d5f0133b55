using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;

using Perfolizer.Horology;

namespace XChat.Benchmarks;

/// <summary>
/// A few short iterations in this process: all sizes of all operations within minutes. The error columns say what that is worth; a run on its own
/// (<c>--filter</c> with one method, <c>--job medium</c>) says it more exactly.
/// </summary>
internal sealed class QuickConfig : ManualConfig
{
    public QuickConfig()
    {
        AddJob(Job.InProcess.WithWarmupCount(2).WithIterationCount(5).WithIterationTime(TimeInterval.FromMilliseconds(200)));
        AddColumn(StatisticColumn.Median);
    }
}
