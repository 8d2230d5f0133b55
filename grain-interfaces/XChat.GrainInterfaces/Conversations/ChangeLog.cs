using XChat.Protocol.Conversations;

namespace XChat.GrainInterfaces.Conversations;

/// <summary>Deletes the message at <c>Seq</c> for everyone.</summary>
[GenerateSerializer, Immutable, Alias("xchat.DeleteMessage")]
public sealed record DeleteMessage([property: Id(0)] Accounts.Caller Caller, [property: Id(1)] MessageId Message, [property: Id(2)] long Seq);

/// <summary>Sets the timer of later messages, seconds; 0 is off.</summary>
[GenerateSerializer, Immutable, Alias("xchat.SetTimer")]
public sealed record SetTimer([property: Id(0)] Accounts.Caller Caller, [property: Id(1)] MessageId Message, [property: Id(2)] int Seconds);

/// <summary>Moves the caller's cursors forward; smaller values change nothing.</summary>
[GenerateSerializer, Immutable, Alias("xchat.AdvanceCursor")]
public sealed record AdvanceCursor([property: Id(0)] Accounts.Caller Caller, [property: Id(1)] long DeliveredSeq, [property: Id(2)] long ReadSeq);

/// <summary>A typing signal, opaque to the server.</summary>
[GenerateSerializer, Immutable, Alias("xchat.SendSignal")]
public sealed record SendSignal([property: Id(0)] Accounts.Caller Caller, [property: Id(1)] byte[] Payload);
