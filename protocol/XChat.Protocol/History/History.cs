using MessagePack;

namespace XChat.Protocol.History;

/// <summary>
/// Appends a segment to the caller's history: one chain an account, encrypted by the devices (docs/history.md). <c>Number</c> is one more than that of the
/// segment before, from 1; <c>Previous</c> is SHA-256 of that segment, 32 zero bytes for the first. Repeated with the same segment it changes nothing.
/// </summary>
[MessagePackObject]
public sealed record AppendHistoryRequest(
    [property: Key("number")] long Number, [property: Key("previous")] byte[] Previous, [property: Key("segment")] byte[] Segment);

/// <summary>Outcome, with the number and hash of the newest segment now; 0 and zero bytes when there is none.</summary>
[MessagePackObject]
public sealed record AppendHistoryResult(
    [property: Key("status")] HistoryStatus Status, [property: Key("headNumber")] long HeadNumber, [property: Key("headHash")] byte[] HeadHash);

/// <summary>
/// Reads a page of the caller's history, newest first: segments with a number above <c>After</c> and below <c>Before</c>. 0 as <c>Before</c>: from the
/// newest on.
/// </summary>
[MessagePackObject]
public sealed record ReadHistoryRequest([property: Key("before")] long Before, [property: Key("after")] long After);

/// <summary>A segment and its number.</summary>
[MessagePackObject]
public sealed record HistorySegmentView([property: Key("number")] long Number, [property: Key("segment")] byte[] Segment);

/// <summary>A page, falling; empty when there is nothing in the range. It ends early rather than exceed <see cref="Limits.PageBytes"/>.</summary>
[MessagePackObject]
public sealed record ReadHistoryResult(
    [property: Key("headNumber")] long HeadNumber, [property: Key("segments")] IReadOnlyList<HistorySegmentView> Segments);

/// <summary>Outcomes of appending to the history, in order of precedence.</summary>
public enum HistoryStatus
{
    /// <summary>Unknown to this client's version.</summary>
    Unspecified = 0,

    /// <summary>The segment is the newest now.</summary>
    Accepted = 1,

    /// <summary>The same segment was appended before.</summary>
    AlreadyAccepted = 2,

    /// <summary>The calling device is not in the account's device list.</summary>
    DeviceRevoked = 3,

    /// <summary>Another device appended first: read what is new and append behind it.</summary>
    Behind = 4,

    /// <summary>The account has <see cref="Limits.HistoryBytes"/>.</summary>
    Full = 5,
}
