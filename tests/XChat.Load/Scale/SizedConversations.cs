using XChat.Load.Append;

namespace XChat.Load.Scale;

/// <summary>
/// Conversations with so many messages each. One at a time is busy; of the short ones there are many, and the busy one changes before it has
/// grown to much more than it had.
/// </summary>
public sealed class SizedConversations
{
    private const int Turn = 10;
    private const int ShortOnes = 500;
    private const int LongestShort = 100;
    private const int PageEntries = 10;

    private readonly SeededConversations _conversations;
    private long _appended;

    private SizedConversations(SeededConversations conversations, int size) => (_conversations, Size) = (conversations, size);

    /// <summary>Messages of each at first.</summary>
    public int Size { get; }

    public static async Task<SizedConversations> CreateAsync(LoadServer server, int size, CancellationToken cancellationToken)
    {
        SeededConversations conversations = await SeededConversations.CreateAsync(server, size > LongestShort ? 1 : ShortOnes, cancellationToken);
        for (int index = 0; index < conversations.Count; index++)
        {
            await FillAsync(server, conversations, index, size, cancellationToken);
        }

        await server.Database.ExecuteAsync("VACUUM ANALYZE conversation_entry", cancellationToken);
        await server.Database.ExecuteAsync("CHECKPOINT", cancellationToken);
        SizedConversations sized = new(conversations, size);
        for (int index = 0; index < conversations.Count; index++)
        {
            await conversations.ReadPageAsync(index, seq: 0, limit: 1);
        }

        return sized;
    }

    /// <summary>One append to the conversation whose turn it is.</summary>
    public Task AppendAsync(long number) => _conversations.AppendAsync(Interlocked.Increment(ref _appended) / Turn);

    /// <summary>One page from a place that looks random.</summary>
    public Task ReadAsync(long number)
    {
        long place = unchecked((long)((ulong)number * 0x9E3779B97F4A7C15UL >> 33)) % Math.Max(1, Size - PageEntries);
        return _conversations.ReadPageAsync(number, place, PageEntries);
    }

    /// <summary>Messages behind the first entry, before the conversation is active.</summary>
    private static Task FillAsync(
        LoadServer server, SeededConversations conversations, int index, int size, CancellationToken cancellationToken) => server.Database.ExecuteAsync(
        $"""
        INSERT INTO conversation_entry
            (conversation_id, seq, kind, message_id, sender_user, sender_device, epoch, created_at, payload)
        SELECT '{conversations.Ids[index]}', seq, 1, gen_random_uuid(), '{conversations.SenderOf(index).User}',
            '{conversations.SenderOf(index).Device}', 1, now(), '\x{Convert.ToHexString(conversations.PayloadOf(index))}'
        FROM generate_series(2, {size}) AS seq
        """,
        cancellationToken);
}
