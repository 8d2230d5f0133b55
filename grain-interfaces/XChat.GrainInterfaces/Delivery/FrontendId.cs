namespace XChat.GrainInterfaces.Delivery;

/// <summary>
/// One run of a frontend process: a new value at every start, so that events for a dead run reach nobody. The default value names none.
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.FrontendId")]
public readonly record struct FrontendId([property: Id(0)] Guid Value);
