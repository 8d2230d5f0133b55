using XChat.Client.Accounts;
using XChat.Client.Store;
using XChat.Crypto.Franking;
using XChat.Crypto.Mls;
using XChat.Protocol.Conversations;

namespace XChat.Client.Conversations;

/// <summary>
/// Applies entries of the log, in order, to a conversation in memory. Nothing of it counts until <see cref="Save"/> stores all of it in one
/// transaction: the MLS state, what was decrypted, and the cursor. When a step fails the playback is dropped and the state is read from the store again.
/// </summary>
internal sealed partial class LogPlayback(ChatContext context, StoredConversation conversation, MlsGroup? group, StoredCommit? pending)
{
    private readonly SortedDictionary<long, StoredMessage> _messages = [];
    private readonly List<Guid> _sent = [];
    private bool _groupChanged;
    private bool _pendingEnded;

    public StoredConversation Conversation { get; private set; } = conversation;

    public MlsGroup? Group { get; private set; } = group;

    public StoredCommit? Pending { get; private set; } = pending;

    /// <summary>Lines that are new or changed, rising.</summary>
    public IReadOnlyCollection<StoredMessage> Messages => _messages.Values;

    /// <summary>Own messages that were found in the log, with their seq.</summary>
    public Dictionary<Guid, (long Seq, long TimeMs)> Sent { get; } = [];

    /// <summary>Members or devices changed, or wait to be changed by a commit: the roster is worth a look.</summary>
    public bool RosterMoved { get; private set; }

    /// <summary>The group continues under a Welcome: nothing after this entry can be applied before it was used.</summary>
    public bool NeedsWelcome { get; private set; }

    /// <summary>The epoch of a commit that could not be followed.</summary>
    public long? Unfollowed { get; private set; }

    /// <summary>Applies the next entry.</summary>
    public async Task ApplyAsync(Entry entry, CancellationToken cancellationToken)
    {
        switch (entry.Kind)
        {
            case EntryKind.Application:
                ApplyMessage(entry);
                break;
            case EntryKind.Commit:
                await ApplyCommitAsync(entry, cancellationToken);
                break;
            case EntryKind.GroupRestarted:
                ApplyRestart(entry);
                break;
            case EntryKind.MessageDeleted:
                ApplyDeletion(entry);
                break;
            case EntryKind.MemberLeft:
                RosterMoved = true;
                Show(entry, MessageKind.Left, []);
                break;
            case EntryKind.DevicesChanged:
                RosterMoved = true;
                break;
            case EntryKind.RoleChanged:
                Show(entry, MessageKind.RoleChanged, [entry.Target]);
                break;
            case EntryKind.TimerChanged:
                Show(entry, MessageKind.TimerChanged, []);
                break;
            case EntryKind.Payment:
                ApplyPayment(entry);
                break;
            case EntryKind.EpochReported:
                Show(entry, MessageKind.Reported, []);
                break;
        }

        Conversation = Conversation with { Cursor = entry.Seq, RosterDue = Conversation.RosterDue || RosterMoved };
    }

    /// <summary>Stores everything that was applied.</summary>
    public void Save(StoreTransaction transaction)
    {
        foreach (StoredMessage message in _messages.Values)
        {
            transaction.Put(message);
        }

        foreach (Guid message in _sent)
        {
            _ = transaction.RemoveFromOutbox(message);
        }

        foreach (Guid transfer in _shown)
        {
            NoteShown(transaction, transfer);
        }

        if (Group is null)
        {
            transaction.DropGroup(Conversation.Id);
        }
        else if (_groupChanged)
        {
            transaction.PutGroup(Conversation.Id, Group.Serialize());
        }

        if (_pendingEnded)
        {
            transaction.DropPendingCommit(Conversation.Id);
        }

        transaction.Put(Conversation);
    }

    private void ApplyMessage(Entry entry)
    {
        if (entry.User == context.Device.User && entry.Device == context.Device.Device)
        {
            ApplyOwnMessage(entry);
            return;
        }

        if (entry.Payload.Length == 0)
        {
            Show(entry, MessageKind.Deleted, []);
            return;
        }

        try
        {
            // Every step consumes a key of the ratchet, also one that ends in a refusal below.
            MlsReceived? received = Group?.Process(entry.Payload, static (_, _) => false);
            _groupChanged |= received is not null;
            if (received is MlsApplication message && IsAsClaimed(entry, message, IsProven(entry, message)))
            {
                _ = ContentCodec.Read(message.Plaintext, out byte[]? logHead);
                context.Log.Hear(logHead, entry.User);
                Read(entry, message.Plaintext);
                return;
            }
        }
        catch (MlsException)
        {
            // Of an epoch before this device came in, broken, or replayed: the line says so, and the log goes on.
        }

        Show(entry, MessageKind.Undecryptable, []);
    }

    /// <summary>The sender cannot decrypt what it encrypted, so its content comes from the outbox or was stored when the answer came.</summary>
    private void ApplyOwnMessage(Entry entry)
    {
        (Delivery.OutboxItem? waiting, StoredMessage? known) = context.Store.Read(
            transaction => (transaction.Waiting(entry.Message), transaction.Message(entry.Conversation, entry.Seq)));
        if (waiting is not null)
        {
            _sent.Add(entry.Message);
            Sent[entry.Message] = (entry.Seq, entry.TimeMs);
        }

        if (entry.Payload.Length == 0)
        {
            Show(entry, MessageKind.Deleted, []);
        }
        else if (waiting is not null)
        {
            Read(entry, waiting.Content);
        }
        else if (known is null)
        {
            Show(entry, MessageKind.Undecryptable, []);
        }
        else
        {
            Absorb(entry.Seq, known.Content);
        }
    }

    /// <summary>The server names sender and id; the sender's signature covers both.</summary>
    private bool IsAsClaimed(Entry entry, MlsApplication message, bool isThisMessage)
    {
        bool claimed = RosterRules.DeviceOf(message.Sender) == (entry.User, entry.Device) && isThisMessage;
        if (!claimed)
        {
            context.Warnings.Raise(
                SecurityWarningKind.SenderForged, entry.User, entry.Conversation,
                $"Message {entry.Seq} is not by {context.People.NameOf(entry.User)} or not the one that the server says it is. It is not shown.");
        }

        return claimed;
    }

    /// <summary>A message that could not be reported is not shown: nobody shall be able to say what they can deny.</summary>
    private static bool IsProven(Entry entry, MlsApplication message) => ContentCodec.FrankKeyOf(message.Plaintext) is { } key
        && MessageFrank.Verify(message.AuthenticatedData, key, entry.Conversation, entry.Message, message.Plaintext);

    private void Read(Entry entry, byte[] plaintext)
    {
        Absorb(entry.Seq, plaintext);
        Show(entry, MessageKind.Content, [], plaintext);
    }

    /// <summary>What content changes beyond being shown.</summary>
    private void Absorb(long seq, byte[] plaintext)
    {
        if (Conversation.Type == ConversationType.Group && ContentCodec.Read(plaintext) is GroupNameContent name)
        {
            Conversation = Conversation with { Name = name.Name, NameSeq = seq };
        }
    }

    private void ApplyDeletion(Entry entry)
    {
        StoredMessage? target = _messages.GetValueOrDefault(entry.Value)
            ?? context.Store.Read(transaction => transaction.Message(entry.Conversation, entry.Value));
        if (target is not null)
        {
            _messages[target.Seq] = target with { Kind = MessageKind.Deleted, Content = [] };
        }
    }

    private void Show(Entry entry, MessageKind kind, Guid[] people, byte[]? content = null) => _messages[entry.Seq] = new StoredMessage(
        entry.Conversation, entry.Seq, entry.Message, entry.User, entry.Device, entry.TimeMs, entry.ExpiresAtMs, kind, content ?? [], people, entry.Value);
}
