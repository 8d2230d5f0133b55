using MessagePack;

namespace XChat.Protocol.Transparency;

/// <summary>
/// Asks what the key log says about a handle. <c>Version</c> is the version of the device list that the caller has: the server first brings the log up to it.
/// <c>FromSize</c> as in <see cref="GetLogHeadRequest"/>.
/// </summary>
[MessagePackObject]
public sealed record LookUpStatementRequest(
    [property: Key("handle")] string Handle,
    [property: Key("version")] long Version,
    [property: Key("fromSize")] long FromSize);

/// <summary>
/// The newest statement about the handle with its proofs under <c>Head</c>: its place in the log, its inclusion there (RFC 9162), and the way to it in the
/// prefix tree (33 bytes a node: depth and the hash beside). Empty unless it was found.
/// </summary>
[MessagePackObject]
public sealed record LookUpStatementResult(
    [property: Key("status")] LookUpStatementStatus Status,
    [property: Key("head")] LogHeadView Head,
    [property: Key("statement")] byte[] Statement,
    [property: Key("index")] long Index,
    [property: Key("inclusion")] IReadOnlyList<byte[]> Inclusion,
    [property: Key("path")] byte[] Path);

/// <summary>Outcomes of a look-up in the key log.</summary>
public enum LookUpStatementStatus
{
    /// <summary>Unknown to this client's version.</summary>
    Unspecified = 0,

    /// <summary>Here it is.</summary>
    Found = 1,

    /// <summary>The log has nothing about this handle.</summary>
    NotLogged = 2,
}
