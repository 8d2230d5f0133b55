using XChat.FaultTests.Cluster;
using XChat.FaultTests.Workload;
using XChat.Testing;
using XChat.Testing.Processes;

namespace XChat.FaultTests.Faults;

/// <summary>Something that goes wrong, for a while. When it returns, all that is not mended by itself has been mended.</summary>
internal abstract class Fault
{
    /// <summary>How it is named on the command line and in reports.</summary>
    public abstract string Name { get; }

    /// <summary>Whether the silos have to be in network namespaces for it.</summary>
    public virtual bool NeedsNetwork => false;

    /// <summary>Whether the database has to be on a disk that can be filled.</summary>
    public virtual bool NeedsSmallDisk => false;

    /// <summary>What of the machine it needs and does not get; null when it can be done.</summary>
    public virtual Task<string?> WhyNotAsync() => Task.FromResult<string?>(null);

    /// <summary>Does it; the answer says to whom, for the report.</summary>
    public abstract Task<string> InflictAsync(FaultCluster cluster, FaultTools tools, CancellationToken cancellationToken);
}

/// <summary>What faults choose and wait by.</summary>
/// <param name="random">Of the run's seed.</param>
/// <param name="history">What was asked for and answered so far.</param>
internal sealed class FaultTools(Random random, History history)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Leaves = TimeSpan.FromSeconds(60);

    /// <summary>Choices.</summary>
    public Random Random => random;

    /// <summary>One of those.</summary>
    public T Any<T>(IReadOnlyList<T> those) => those[random.Next(those.Count)];

    /// <summary>A time between two others.</summary>
    public TimeSpan Between(double fromSeconds, double toSeconds) => TimeSpan.FromSeconds(fromSeconds + (random.NextDouble() * (toSeconds - fromSeconds)));

    /// <summary>Leaves the fault as it is for some time.</summary>
    public static Task HoldAsync(TimeSpan time, CancellationToken cancellationToken) => Task.Delay(time, cancellationToken);

    /// <summary>Asks a process to leave (SIGTERM) and waits until it has.</summary>
    public static async Task LeaveAsync(TestProcess process, CancellationToken cancellationToken)
    {
        Signal(process, asked => asked.SendTerminate());
        _ = await process.WaitForExitAsync(cancellationToken, Leaves);
    }

    /// <summary>Sends a signal, unless the process has just ended by itself, as a silo does that finds itself declared dead.</summary>
    public static void Signal(TestProcess process, Action<TestProcess> send)
    {
        try
        {
            send(process);
        }
        catch (InvalidOperationException) when (process.HasExited)
        {
            // There is nobody left to hear it.
        }
    }

    /// <summary>Waits until so many operations more have been answered.</summary>
    public Task UntilAnsweredAsync(int operations, CancellationToken cancellationToken)
    {
        long enough = history.Answered + operations;
        return Eventually.HoldsAsync(() => history.Answered >= enough, cancellationToken, Patience, what: $"{operations} operations more are answered");
    }

    /// <summary>Waits until all is answered that has been asked for by now.</summary>
    public Task UntilAllIsAnsweredAsync(CancellationToken cancellationToken) =>
        Eventually.HoldsAsync(history.WhatIsOpen(), cancellationToken, Patience, what: "all that was asked for before is answered");
}
