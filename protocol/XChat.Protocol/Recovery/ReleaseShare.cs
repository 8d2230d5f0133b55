using MessagePack;

namespace XChat.Protocol.Recovery;

/// <summary>
/// Shows the tag of the right PIN and asks for the share. <c>BlindedElement</c> is the one of the evaluation before. A client that found the PIN wrong
/// sends any other tag, so that the owner's devices are told of a wrong guess.
/// </summary>
[MessagePackObject]
public sealed record ReleaseShareRequest(
    [property: Key("accountKey")] byte[] AccountKey,
    [property: Key("version")] byte[] Version,
    [property: Key("generation")] int Generation,
    [property: Key("blindedElement")] byte[] BlindedElement,
    [property: Key("tag")] byte[] Tag);

/// <summary>The share of the encryption scalar and the sealed root secret; both null unless accepted.</summary>
[MessagePackObject]
public sealed record ReleaseShareResult(
    [property: Key("status")] RecoveryStatus Status,
    [property: Key("scalarShare")] byte[]? ScalarShare,
    [property: Key("ciphertext")] byte[]? Ciphertext,
    [property: Key("guessesLeft")] int GuessesLeft);
