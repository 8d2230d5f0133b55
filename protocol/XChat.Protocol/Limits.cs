namespace XChat.Protocol;

/// <summary>Every bound of the protocol, with its reason. Limits are part of the contract, not options.</summary>
public static class Limits
{
    /// <summary>
    /// Longest ciphertext of one application message, bytes. A 64 KiB plaintext, padded, with MLS framing; larger content is an attachment.
    /// </summary>
    public const int MessageBytes = 68 * 1024;

    /// <summary>Longest MLS commit, bytes. Room for <see cref="DevicesPerCommit"/> key packages and an update path through 2,000 leaves.</summary>
    public const int CommitBytes = 512 * 1024;

    /// <summary>Longest MLS Welcome with its ratchet tree, bytes. A tree of 2,000 leaves takes about 700 KiB.</summary>
    public const int WelcomeBytes = 1536 * 1024;

    /// <summary>Longest hub message or HTTP body that the frontend accepts, bytes: a commit with its Welcome and their envelope.</summary>
    public const int RequestBytes = CommitBytes + WelcomeBytes + (64 * 1024);

    /// <summary>Most people in a group. The fan-out and the MLS tree are measured up to here.</summary>
    public const int GroupMembers = 1_000;

    /// <summary>Most devices (MLS leaves) in a group.</summary>
    public const int GroupDevices = 2_000;

    /// <summary>Most devices that one commit adds or removes; larger changes take several commits.</summary>
    public const int DevicesPerCommit = 256;

    /// <summary>Most devices of one account.</summary>
    public const int DevicesPerAccount = 10;

    /// <summary>Longest device label (opaque to the server), bytes.</summary>
    public const int DeviceLabelBytes = 256;

    /// <summary>Longest signed device list, bytes.</summary>
    public const int DeviceListBytes = 8 * 1024;

    /// <summary>Messages of a link between an old and a new device.</summary>
    public const int LinkSteps = 4;

    /// <summary>Longest message of a link, bytes: a device list with the root secret.</summary>
    public const int LinkMessageBytes = DeviceListBytes + 1024;

    /// <summary>How long a link may take, seconds: a person fetches the other device and compares six digits.</summary>
    public const int LinkSeconds = 600;

    /// <summary>Longest key package, bytes.</summary>
    public const int KeyPackageBytes = 2 * 1024;

    /// <summary>Most one-time key packages kept for one device; a refill beyond is refused.</summary>
    public const int KeyPackagesPerDevice = 100;

    /// <summary>Most accounts whose key packages one call claims.</summary>
    public const int ClaimsPerCall = 64;

    /// <summary>Most log entries in one page.</summary>
    public const int EntriesPerPage = 200;

    /// <summary>Most payload bytes in one page; a page ends early (never empty) rather than exceed it.</summary>
    public const int PageBytes = 1024 * 1024;

    /// <summary>Most conversations in one page of the conversation list.</summary>
    public const int ConversationsPerPage = 100;

    /// <summary>Unread messages are counted up to here; a list shows "999+" beyond.</summary>
    public const int UnreadCount = 1_000;

    /// <summary>
    /// Epochs before the current one for which application messages are still accepted, so that a race with a commit costs no retry.
    /// </summary>
    public const int AcceptedPastEpochs = 3;

    /// <summary>Longest disappearing-message timer, seconds (four weeks).</summary>
    public const int TimerSeconds = 28 * 24 * 3600;

    /// <summary>Most statements of the key log in one page: about 200 KiB in JSON.</summary>
    public const int LogStatementsPerPage = 1_000;

    /// <summary>Longest segment of a history, bytes: 128 KiB padded content with its envelope.</summary>
    public const int HistorySegmentBytes = (128 * 1024) + 256;

    /// <summary>Most segments in one page of a history.</summary>
    public const int HistorySegmentsPerPage = 200;

    /// <summary>Most bytes of history of one account: some hundred thousand messages.</summary>
    public const long HistoryBytes = 256L * 1024 * 1024;

    /// <summary>Longest content of a message that is reported, bytes.</summary>
    public const int ReportContentBytes = 64 * 1024;

    /// <summary>Longest reason of a report, bytes of UTF-8.</summary>
    public const int ReportReasonBytes = 1000;

    /// <summary>Most messages that one person reports within a day: people read the reports.</summary>
    public const int ReportsPerDay = 50;

    /// <summary>Shortest handle, characters.</summary>
    public const int HandleMinLength = 3;

    /// <summary>Longest handle, characters.</summary>
    public const int HandleMaxLength = 30;

    /// <summary>How far the time in a registration proof may lie from the server's clock, seconds.</summary>
    public const int ProofWindowSeconds = 600;

    /// <summary>Longest ephemeral signal (typing), bytes.</summary>
    public const int SignalBytes = 512;

    /// <summary>
    /// Largest amount of one transfer or linked group, minor units: a thousand million euros. Ninety million of those fit into a counter.
    /// </summary>
    public const long TransferMinorUnits = 100_000_000_000;

    /// <summary>How far ahead a payment order may expire, seconds (one day): a signature is no standing permission.</summary>
    public const int OrderSeconds = 24 * 3600;

    /// <summary>How long a payment waits to be accepted, seconds (one day).</summary>
    public const int AcceptanceSeconds = 24 * 3600;

    /// <summary>Most open pending transfers that one wallet pays; they are held in memory while it is active.</summary>
    public const int PendingPerWallet = 1_000;

    /// <summary>Most transfers of one linked group: a split among a group's members.</summary>
    public const int LinkedTransfers = GroupMembers;

    /// <summary>Longest encrypted card of a payment, bytes: memo and look.</summary>
    public const int PaymentCardBytes = 4 * 1024;

    /// <summary>Most entries in one page of a statement.</summary>
    public const int StatementEntriesPerPage = 200;

    /// <summary>Most shares of a red packet: one for each member of a group.</summary>
    public const int RedPacketShares = GroupMembers;

    /// <summary>How long a red packet can be opened, seconds (one day); then the rest goes back.</summary>
    public const int RedPacketSeconds = 24 * 3600;

    /// <summary>How long money can be asked for, seconds (one week): who has not paid by then is asked anew.</summary>
    public const int PaymentRequestSeconds = 7 * 24 * 3600;

    /// <summary>Most payment requests in one page; each may have a share for every member of a group.</summary>
    public const int PaymentRequestsPerPage = 20;

    /// <summary>Characters of a rail's name: small letters, digits and hyphens.</summary>
    public const int RailNameLength = 32;

    /// <summary>Characters of where a rail pays out to: the longest IBAN with a name, or an id of a payment company.</summary>
    public const int RailDestinationLength = 140;

    /// <summary>Bytes of a webhook.</summary>
    public const int WebhookBytes = 256 * 1024;

    /// <summary>How long after it a payment can be disputed: 120 days, as long as cards allow.</summary>
    public const int DisputeSeconds = 120 * 24 * 3600;

    /// <summary>Characters of the reason of a dispute.</summary>
    public const int DisputeReasonLength = 500;

    /// <summary>How long a payer's code counts, seconds: long enough to be scanned, too short to be passed on.</summary>
    public const int PayerCodeSeconds = 60;

    /// <summary>How far the clock of the device that made a payer's code may be ahead of the server's, seconds.</summary>
    public const int PayerCodeClockSeconds = 30;
}
