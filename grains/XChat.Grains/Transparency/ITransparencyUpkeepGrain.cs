namespace XChat.Grains.Transparency;

/// <summary>The key log as the sweep of a silo calls it.</summary>
/// <remarks>
/// Key: 0; the same activation as <see cref="XChat.GrainInterfaces.Transparency.ITransparencyLogGrain"/>.
/// Owns: nothing of its own.
/// Durable when: the result is returned.
/// Retry: always.
/// Scheduling: interleaves, as the log's own methods do.
/// </remarks>
[GrainInterfaceType("xchat.transparency-upkeep"), Alias("xchat.ITransparencyUpkeepGrain")]
public interface ITransparencyUpkeepGrain : IGrainWithIntegerKey
{
    /// <summary>Logs changes of accounts that wait: all of them, or as many as there is time for in a call.</summary>
    [Alias("drain"), Orleans.Concurrency.AlwaysInterleave]
    Task Drain();
}
