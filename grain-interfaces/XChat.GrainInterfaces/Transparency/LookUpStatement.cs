using XChat.Protocol.Transparency;

namespace XChat.GrainInterfaces.Transparency;

/// <summary>A look-up; meanings as in <see cref="LookUpStatementRequest"/>.</summary>
[GenerateSerializer, Immutable, Alias("xchat.LookUpStatement")]
public sealed record LookUpStatement([property: Id(0)] string Handle, [property: Id(1)] long Version, [property: Id(2)] long FromSize);

/// <summary>The statement with its proofs; meanings as in <see cref="LookUpStatementResult"/>.</summary>
[GenerateSerializer, Immutable, Alias("xchat.StatementLookedUp")]
public sealed record StatementLookedUp(
    [property: Id(0)] LookUpStatementStatus Status,
    [property: Id(1)] LogHeadDescribed Head,
    [property: Id(2)] byte[] Statement,
    [property: Id(3)] long Index,
    [property: Id(4)] IReadOnlyList<byte[]> Inclusion,
    [property: Id(5)] byte[] Path);
