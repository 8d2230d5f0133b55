using XChat.Crypto.History;
using XChat.Protocol.History;

namespace XChat.Client.History;

/// <summary>Whether pages of the chain are what this device has seen of it. Pure.</summary>
internal static class HistoryChain
{
    /// <summary>How far the device is after a page; null: the page does not belong there.</summary>
    public static HistoryState? Follow(HistoryState state, IReadOnlyList<HistorySegmentView> page)
    {
        HistoryState after = state.Reading ? state : Begin(state, page[0]);
        foreach (HistorySegmentView segment in page)
        {
            if (segment.Number != after.Before - 1 || segment.Number <= after.Floor
                || !HistoryKey.HashOf(segment.Segment).AsSpan().SequenceEqual(after.Expected)
                || !HistoryKey.TryReadHeader(segment.Segment, out _, out byte[]? previous))
            {
                return null;
            }

            after = after with { Before = segment.Number, Expected = previous };
        }

        if (after.Before > after.Floor + 1)
        {
            return after;
        }

        return after.Expected.AsSpan().SequenceEqual(after.FloorHash)
            ? after with { Before = 0, Expected = [], Floor = 0, FloorHash = [] }
            : null;
    }

    /// <summary>The newest segment is believed as the newest: that the server holds back later ones cannot be seen from the chain.</summary>
    private static HistoryState Begin(HistoryState state, HistorySegmentView newest)
    {
        _ = HistoryKey.TryReadHeader(newest.Segment, out byte[]? keyId, out _);
        byte[] hash = HistoryKey.HashOf(newest.Segment);
        return new HistoryState(newest.Number, hash, keyId ?? [], newest.Number + 1, hash, state.Number, state.Hash);
    }
}
