using System.ComponentModel.DataAnnotations;

using Microsoft.Extensions.Options;

using XChat.Grains.GroupCommit;

namespace XChat.Grains.Wallets;

/// <summary>How a silo writes the ledger. Section <c>XChat:Wallets</c>.</summary>
public sealed class WalletOptions
{
    public const string Section = "XChat:Wallets";

    /// <summary>Default: 2. Each lane holds one database connection and commits one batch at a time.</summary>
    [Range(1, 32, ErrorMessage = "XChat:Wallets:Lanes is outside 1 to 32: nothing would be written, or too many connections held.")]
    public int Lanes { get; set; } = 2;

    /// <summary>Default: 64. Transfers that wait in the first lane before others are used; fewer, fuller transactions cost less.</summary>
    [Range(1, 10_000, ErrorMessage = "XChat:Wallets:LaneFill is outside 1 to 10000: every lane would always be used, or only one.")]
    public int LaneFill { get; set; } = 64;

    /// <summary>Default: 500. Most transfers in one transaction; larger ones delay whoever waits in them.</summary>
    [Range(1, 10_000, ErrorMessage = "XChat:Wallets:BatchTransfers is outside 1 to 10000: a transaction would hold nothing, or too much.")]
    public int BatchTransfers { get; set; } = 500;

    /// <summary>Default: 4 MiB of rows and cards in one transaction.</summary>
    [Range(1 << 20, 1 << 28, ErrorMessage = "XChat:Wallets:BatchBytes is outside 1 MiB to 256 MiB: the largest linked group has to fit.")]
    public long BatchBytes { get; set; } = 4 << 20;

    /// <summary>Default: 20000. Transfers that wait in one lane before further ones are refused as overloaded.</summary>
    [Range(1, 1_000_000, ErrorMessage = "XChat:Wallets:QueueTransfers is outside 1 to 1000000: everything would be refused, or memory run out.")]
    public int QueueTransfers { get; set; } = 20_000;

    /// <summary>Default: 64 MiB of rows and cards that wait in one lane.</summary>
    [Range(1 << 20, 1L << 34, ErrorMessage = "XChat:Wallets:QueueBytes is outside 1 MiB to 16 GiB: the largest linked group has to fit.")]
    public long QueueBytes { get; set; } = 64 << 20;

    /// <summary>Default: 7. Writes of one batch before its outcome is called unknown; with the pauses, about six seconds.</summary>
    [Range(1, 20, ErrorMessage = "XChat:Wallets:WriteAttempts is outside 1 to 20: a lost answer could not be settled, or would never be.")]
    public int WriteAttempts { get; set; } = 7;

    /// <summary>Default: 0.1 s; doubled each time.</summary>
    public TimeSpan FirstRetryPause { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Default: 10 s. How long a silo that stops waits for its queues.</summary>
    public TimeSpan DrainPatience { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Default: 64. Most commands that an active wallet remembers of half a minute; an older retry costs a refused transaction.</summary>
    [Range(1, 100_000, ErrorMessage = "XChat:Wallets:RecentCommands is outside 1 to 100000: every retry would cost a refused transaction.")]
    public int RecentCommands { get; set; } = 64;

    /// <summary>Default: 3. Times that a command is decided anew after another writer got ahead, before the call fails.</summary>
    [Range(1, 20, ErrorMessage = "XChat:Wallets:DecisionAttempts is outside 1 to 20: a command would not be tried, or for ever.")]
    public int DecisionAttempts { get; set; } = 3;

    /// <summary>Default: 1 s. How often this silo looks into the outbox when nothing wakes it: for what another silo left, or could not tell.</summary>
    public TimeSpan RelayPause { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Default: 5 ms. Least pause between two looks into the outbox; what is committed meanwhile is told together.</summary>
    public TimeSpan RelayRest { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Default: 200. Rows of the outbox that are told in one go, while their locks are held.</summary>
    [Range(1, 10_000, ErrorMessage = "XChat:Wallets:RelayBatch is outside 1 to 10000: nothing would be told, or locks held too long.")]
    public int RelayBatch { get; set; } = 200;

    /// <summary>Default: 16. Conversations and people that are told at a time.</summary>
    [Range(1, 256, ErrorMessage = "XChat:Wallets:RelayParallelism is outside 1 to 256: nobody would be told, or the cluster flooded.")]
    public int RelayParallelism { get; set; } = 16;

    /// <summary>Default: 10 s. Longest wait for one conversation or person; the row stays and is tried again.</summary>
    public TimeSpan RelayPatience { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Default: 1 s; doubled with each try that failed, up to five minutes.</summary>
    public TimeSpan RelayRetryPause { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Default: 5 s. How often this silo looks for pending transfers whose time is over.</summary>
    public TimeSpan ExpiryPause { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Default: 200. Pending transfers that one step of that takes.</summary>
    [Range(1, 10_000, ErrorMessage = "XChat:Wallets:ExpiryBatch is outside 1 to 10000: nothing would expire, or a wallet be flooded.")]
    public int ExpiryBatch { get; set; } = 200;

    /// <summary>Default: 1 min. How long other silos leave a pending transfer alone that one has begun to let expire.</summary>
    public TimeSpan ExpiryLease { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Default: empty, which are the rules that come with the server. The file with the rules for money; the same for all silos.</summary>
    public string RulesFile { get; set; } = string.Empty;

    /// <summary>Default: empty, which screens nobody. The file with the handles and user ids of those who may have no dealings in money.</summary>
    public string ScreeningFile { get; set; } = string.Empty;

    /// <summary>Default: 10 s. How often this silo looks whether that file has changed.</summary>
    public TimeSpan ScreeningPause { get; set; } = TimeSpan.FromSeconds(10);

    internal LaneLimits ToLaneLimits() => new()
    {
        Name = "wallet",
        BatchItems = BatchTransfers,
        BatchBytes = BatchBytes,
        QueueItems = QueueTransfers,
        QueueBytes = QueueBytes,
        WriteAttempts = WriteAttempts,
        FirstRetryPause = FirstRetryPause,
        DrainPatience = DrainPatience,
    };
}

/// <summary>Checks the options at start.</summary>
[OptionsValidator]
public sealed partial class WalletOptionsValidator : IValidateOptions<WalletOptions>;
