using XChat.Protocol.Accounts;

namespace XChat.GrainInterfaces.Accounts;

/// <summary>A message for a step, counted from 1.</summary>
[GenerateSerializer, Immutable, Alias("xchat.PutLinkMessage")]
public sealed record PutLinkMessage([property: Id(0)] int Step, [property: Id(1)] byte[] Content);

/// <summary>Outcome.</summary>
[GenerateSerializer, Immutable, Alias("xchat.LinkMessagePut")]
public sealed record LinkMessagePut([property: Id(0)] LinkMailboxStatus Status);

/// <summary>Asks for the message of a step.</summary>
[GenerateSerializer, Immutable, Alias("xchat.ReadLinkMessage")]
public sealed record ReadLinkMessage([property: Id(0)] int Step);

/// <summary>The message, or null when it is not there.</summary>
[GenerateSerializer, Immutable, Alias("xchat.LinkMessageRead")]
public sealed record LinkMessageRead([property: Id(0)] LinkMailboxStatus Status, [property: Id(1)] byte[]? Content);
