namespace XChat.GrainInterfaces.History;

/// <summary>One account's history: a chain of segments that its devices encrypt.</summary>
/// <remarks>
/// Key: the user id.
/// Owns: the segments and which one is the newest.
/// Durable when: the result is returned.
/// Retry: a repeated segment is recognised.
/// Scheduling: one call at a time; reads interleave because they read the database alone.
/// </remarks>
[GrainInterfaceType("xchat.history"), Alias("xchat.IHistoryGrain")]
public interface IHistoryGrain : IGrainWithGuidKey
{
    /// <summary>Appends a segment behind the newest one.</summary>
    [Alias("append")]
    Task<HistoryAppended> Append(AppendHistory request);

    /// <summary>Reads a page, newest first.</summary>
    [Alias("read"), Orleans.Concurrency.AlwaysInterleave]
    Task<HistoryRead> Read(ReadHistory request);
}
