using MessagePack;

namespace XChat.Client.History;

/// <summary>
/// How far this device is in the chain. <c>Number</c> and <c>Hash</c> are the newest segment that it has seen, <c>KeyId</c> its key. While older ones are
/// still to be read, <c>Before</c> is the number of the oldest that was read and <c>Expected</c> the hash of the one before it; reading ends at <c>Floor</c>,
/// whose hash has to be <c>FloorHash</c>.
/// </summary>
[MessagePackObject]
internal sealed record HistoryState(
    [property: Key(0)] long Number,
    [property: Key(1)] byte[] Hash,
    [property: Key(2)] byte[] KeyId,
    [property: Key(3)] long Before,
    [property: Key(4)] byte[] Expected,
    [property: Key(5)] long Floor,
    [property: Key(6)] byte[] FloorHash)
{
    public const string Setting = "history";

    public static HistoryState None { get; } = new(0, new byte[32], [], 0, [], 0, []);

    /// <summary>Whether segments between <c>Floor</c> and <c>Before</c> are still to be read.</summary>
    [IgnoreMember]
    public bool Reading => Before > 0;
}

/// <summary>Keys of segments from before the account was passed on to its present key.</summary>
[MessagePackObject]
internal sealed record FormerHistoryKeys([property: Key(0)] byte[][] Keys)
{
    public const string Setting = "history.keys";

    /// <summary>As many as there can be reasons for.</summary>
    private const int Most = 1_000;

    public FormerHistoryKeys With(byte[] key) => Keys.Any(known => known.AsSpan().SequenceEqual(key)) ? this : new([.. Keys.TakeLast(Most - 1), key]);
}
