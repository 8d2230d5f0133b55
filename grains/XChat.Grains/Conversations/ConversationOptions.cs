using System.ComponentModel.DataAnnotations;

using Microsoft.Extensions.Options;

using XChat.Grains.GroupCommit;

namespace XChat.Grains.Conversations;

/// <summary>How a silo writes and remembers conversations. Section <c>XChat:Conversations</c>.</summary>
public sealed class ConversationOptions
{
    public const string Section = "XChat:Conversations";

    /// <summary>Default: 2. Each lane holds one database connection and commits one batch at a time; more than two have not been faster.</summary>
    [Range(1, 32, ErrorMessage = "XChat:Conversations:Lanes is outside 1 to 32: nothing would be written, or too many connections held.")]
    public int Lanes { get; set; } = 2;

    /// <summary>Default: 64. Messages that wait in the first lane before others are used; fewer, fuller transactions cost less.</summary>
    [Range(1, 10_000, ErrorMessage = "XChat:Conversations:LaneFill is outside 1 to 10000: every lane would always be used, or only one.")]
    public int LaneFill { get; set; } = 64;

    /// <summary>Default: 1000. Most messages in one transaction; larger ones delay whoever waits in them.</summary>
    [Range(1, 10_000, ErrorMessage = "XChat:Conversations:BatchEntries is outside 1 to 10000: a transaction would hold nothing, or too much.")]
    public int BatchEntries { get; set; } = 1000;

    /// <summary>Default: 4 MiB of payload in one transaction.</summary>
    [Range(1 << 20, 1 << 28, ErrorMessage = "XChat:Conversations:BatchBytes is outside 1 MiB to 256 MiB: the largest message has to fit.")]
    public long BatchBytes { get; set; } = 4 << 20;

    /// <summary>Default: 20000. Messages that wait in one lane before appends are refused as overloaded.</summary>
    [Range(1, 1_000_000, ErrorMessage = "XChat:Conversations:QueueEntries is outside 1 to 1000000: everything would be refused, or memory run out.")]
    public int QueueEntries { get; set; } = 20_000;

    /// <summary>Default: 64 MiB of payload that waits in one lane.</summary>
    [Range(1 << 20, 1L << 34, ErrorMessage = "XChat:Conversations:QueueBytes is outside 1 MiB to 16 GiB: the largest message has to fit.")]
    public long QueueBytes { get; set; } = 64 << 20;

    /// <summary>Default: 7. Writes of one batch before its outcome is called unknown; with the pauses, about six seconds.</summary>
    [Range(1, 20, ErrorMessage = "XChat:Conversations:WriteAttempts is outside 1 to 20: a lost answer could not be settled, or would never be.")]
    public int WriteAttempts { get; set; } = 7;

    /// <summary>Default: 0.1 s; doubled each time.</summary>
    public TimeSpan FirstRetryPause { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Default: 10 s. How long a silo that stops waits for its queues.</summary>
    public TimeSpan DrainPatience { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Default: 128. Message ids that an active conversation remembers; an older retry costs a refused transaction.</summary>
    [Range(1, 100_000, ErrorMessage = "XChat:Conversations:RecentMessages is outside 1 to 100000: every retry would cost a refused transaction.")]
    public int RecentMessages { get; set; } = 128;

    /// <summary>Default: 3. Times that a command is decided anew after another writer got ahead, before the call fails.</summary>
    [Range(1, 20, ErrorMessage = "XChat:Conversations:DecisionAttempts is outside 1 to 20: a command would not be tried, or for ever.")]
    public int DecisionAttempts { get; set; } = 3;

    /// <summary>Default: 1 s. How long cursors are gathered before they are written together.</summary>
    public TimeSpan CursorPause { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Default: 100000. Cursors that wait to be written; those beyond are lost, and move again with the next message.</summary>
    [Range(1, 10_000_000, ErrorMessage = "XChat:Conversations:QueuedCursors is outside 1 to 10000000: no cursor would be kept, or memory run out.")]
    public int QueuedCursors { get; set; } = 100_000;

    /// <summary>Default: 32. Members up to which a moved cursor is pushed; in larger groups that would multiply by itself.</summary>
    [Range(0, 1000, ErrorMessage = "XChat:Conversations:CursorSignalMembers is outside 0 to 1000: there are no larger groups.")]
    public int CursorSignalMembers { get; set; } = 32;

    /// <summary>Default: 16. Members whose whereabouts one conversation asks for at a time.</summary>
    [Range(1, 256, ErrorMessage = "XChat:Conversations:WatchParallelism is outside 1 to 256: one large group would flood the cluster.")]
    public int WatchParallelism { get; set; } = 16;

    /// <summary>Default: 256. Entries that wait to be pushed until the members' whereabouts are known; beyond, the members are told to resync.</summary>
    [Range(1, 100_000, ErrorMessage = "XChat:Conversations:HeldEvents is outside 1 to 100000.")]
    public int HeldEvents { get; set; } = 256;

    /// <summary>Default: 5 s. How long entries for everybody are held back for the presence of one member.</summary>
    public TimeSpan WatchPatience { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Default: 30 s. Longest time between two looks at whether a conversation is still active; a shorter lease shortens it.</summary>
    public TimeSpan LongestRenewal { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Default: 5 s. How often this silo empties messages whose timer has ended.</summary>
    public TimeSpan SweepPause { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Default: 500. Messages that one sweep transaction empties.</summary>
    [Range(1, 10_000, ErrorMessage = "XChat:Conversations:SweepBatch is outside 1 to 10000: nothing would be emptied, or locks held too long.")]
    public int SweepBatch { get; set; } = 500;

    /// <summary>Default: 30 days. How long a Welcome waits for a device that never comes.</summary>
    public TimeSpan WelcomeLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Default: none, messages are kept until people delete them. How long the server keeps ciphertext at most; what devices have read they keep by
    /// rules of their own. The ledger is not touched.
    /// </summary>
    [Range(typeof(TimeSpan), "01:00:00", "36500.00:00:00", ErrorMessage =
        "XChat:Conversations:MessageRetention is outside an hour to a hundred years: devices that are away would miss messages. Leave it out to keep all.")]
    public TimeSpan? MessageRetention { get; set; }

    /// <summary>Default: 10 min. How often this silo looks for messages that are older than <see cref="MessageRetention"/>.</summary>
    public TimeSpan RetentionPause { get; set; } = TimeSpan.FromMinutes(10);

    internal LaneLimits ToLaneLimits() => new()
    {
        Name = "conversation",
        BatchItems = BatchEntries,
        BatchBytes = BatchBytes,
        QueueItems = QueueEntries,
        QueueBytes = QueueBytes,
        WriteAttempts = WriteAttempts,
        FirstRetryPause = FirstRetryPause,
        DrainPatience = DrainPatience,
    };
}

/// <summary>Checks the options at start.</summary>
[OptionsValidator]
public sealed partial class ConversationOptionsValidator : IValidateOptions<ConversationOptions>;
