using XChat.GrainInterfaces.Accounts;
using XChat.Protocol.History;

namespace XChat.GrainInterfaces.History;

/// <summary>A segment for the chain; meanings as in <see cref="AppendHistoryRequest"/>.</summary>
[GenerateSerializer, Immutable, Alias("xchat.AppendHistory")]
public sealed record AppendHistory(
    [property: Id(0)] Caller Caller, [property: Id(1)] long Number, [property: Id(2)] byte[] Previous, [property: Id(3)] byte[] Segment);

/// <summary>Outcome, with the newest segment now.</summary>
[GenerateSerializer, Immutable, Alias("xchat.HistoryAppended")]
public sealed record HistoryAppended(
    [property: Id(0)] HistoryStatus Status, [property: Id(1)] long HeadNumber, [property: Id(2)] byte[] HeadHash);

/// <summary>A page above one number and below another; 0 as <c>Before</c>: from the newest on.</summary>
[GenerateSerializer, Immutable, Alias("xchat.ReadHistory")]
public sealed record ReadHistory([property: Id(0)] Caller Caller, [property: Id(1)] long Before, [property: Id(2)] long After);

/// <summary>A segment and its number.</summary>
[GenerateSerializer, Immutable, Alias("xchat.HistorySegment")]
public sealed record HistorySegment([property: Id(0)] long Number, [property: Id(1)] byte[] Segment);

/// <summary>A page, falling.</summary>
[GenerateSerializer, Immutable, Alias("xchat.HistoryRead")]
public sealed record HistoryRead([property: Id(0)] long HeadNumber, [property: Id(1)] IReadOnlyList<HistorySegment> Segments);
