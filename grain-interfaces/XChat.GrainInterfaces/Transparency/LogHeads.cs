namespace XChat.GrainInterfaces.Transparency;

/// <summary>Asks for the head, with proof from a size; 0: without.</summary>
[GenerateSerializer, Immutable, Alias("xchat.DescribeLogHead")]
public sealed record DescribeLogHead([property: Id(0)] long FromSize);

/// <summary>The signed head and the consistency proof.</summary>
[GenerateSerializer, Immutable, Alias("xchat.LogHeadDescribed")]
public sealed record LogHeadDescribed([property: Id(0)] byte[] SignedHead, [property: Id(1)] IReadOnlyList<byte[]> Consistency);

/// <summary>Asks for at most <c>Limit</c> statements from the one at <c>From</c> on, counted from 0.</summary>
[GenerateSerializer, Immutable, Alias("xchat.ReadLogPage")]
public sealed record ReadLogPage([property: Id(0)] long From, [property: Id(1)] int Limit);

/// <summary>The statements; none at the log's end.</summary>
[GenerateSerializer, Immutable, Alias("xchat.LogPageRead")]
public sealed record LogPageRead([property: Id(0)] IReadOnlyList<byte[]> Statements);

/// <summary>A key that signs heads; <c>Endorsement</c> is the signature of the key before it.</summary>
[GenerateSerializer, Immutable, Alias("xchat.LogKeyDescription")]
public sealed record LogKeyDescription([property: Id(0)] int Number, [property: Id(1)] byte[] PublicKey, [property: Id(2)] byte[] Endorsement);

/// <summary>All keys, rising.</summary>
[GenerateSerializer, Immutable, Alias("xchat.LogKeysListed")]
public sealed record LogKeysListed([property: Id(0)] IReadOnlyList<LogKeyDescription> Keys);
