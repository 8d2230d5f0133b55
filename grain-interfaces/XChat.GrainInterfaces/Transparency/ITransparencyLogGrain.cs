using Orleans.Concurrency;

namespace XChat.GrainInterfaces.Transparency;

/// <summary>The key log: every account key and device list that was ever in force, provably the same for everybody.</summary>
/// <remarks>
/// Key: 0; one activation, the only writer.
/// Owns: the log of account statements, its head and the keys that sign it.
/// Durable when: the result is returned; nothing is shown that is not in the database.
/// Retry: always.
/// Scheduling: every method interleaves; reads are of applied state, and those that have to wait for the log share one transaction.
/// </remarks>
[GrainInterfaceType("xchat.transparency-log"), Alias("xchat.ITransparencyLogGrain")]
public interface ITransparencyLogGrain : IGrainWithIntegerKey
{
    /// <summary>Tells what the log says about a handle, with proof.</summary>
    [Alias("look-up"), AlwaysInterleave]
    Task<StatementLookedUp> LookUp(LookUpStatement request);

    /// <summary>Tells the signed head.</summary>
    [Alias("describe-head"), AlwaysInterleave]
    Task<LogHeadDescribed> DescribeHead(DescribeLogHead request);

    /// <summary>Reads a page of statements, for those who replay the log.</summary>
    [Alias("read"), AlwaysInterleave]
    Task<LogPageRead> Read(ReadLogPage request);

    /// <summary>Tells the keys that have signed heads.</summary>
    [Alias("list-keys"), AlwaysInterleave]
    Task<LogKeysListed> ListKeys();
}
