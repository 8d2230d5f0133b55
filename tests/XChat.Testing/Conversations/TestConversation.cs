using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.Testing.Conversations;

/// <summary>A conversation of people with one device each, and what a client of theirs would say.</summary>
public sealed class TestConversation
{
    private readonly ConversationCluster _cluster;

    private TestConversation(ConversationCluster cluster, ConversationId id, Caller[] people, ConversationType type)
    {
        _cluster = cluster;
        Id = id;
        People = people;
        Type = type;
    }

    /// <summary>Its id.</summary>
    public ConversationId Id { get; }

    /// <summary>Its kind.</summary>
    public ConversationType Type { get; }

    /// <summary>The MLS group id.</summary>
    public Guid Group { get; set; } = Guid.NewGuid();

    /// <summary>The devices in order of their leaves; the first created it.</summary>
    public Caller[] People { get; }

    /// <summary>The log.</summary>
    public IConversationGrain Log => _cluster.Grains.Conversation(Id);

    /// <summary>The members.</summary>
    public IConversationMembershipGrain Members => _cluster.Grains.ConversationMembership(Id);

    /// <summary>Someone with one certified device.</summary>
    public static Caller NewPerson(ConversationCluster cluster)
    {
        Caller person = new(UserId.New(), DeviceId.New());
        cluster.Devices.Publish(person.User, person.Device);
        return person;
    }

    /// <summary>Prepares a conversation that is not created yet.</summary>
    public static TestConversation Of(ConversationCluster cluster, int people = 2, ConversationType type = ConversationType.Group)
    {
        Caller[] callers = [.. Enumerable.Range(0, people).Select(_ => NewPerson(cluster))];
        ConversationId id = type == ConversationType.Direct
            ? DirectConversation.IdOf(callers[0].User, callers[1].User)
            : ConversationId.New();
        return new TestConversation(cluster, id, callers, type);
    }

    /// <summary>Creates a conversation; its epoch is 1 then and its head 1.</summary>
    public static async Task<TestConversation> CreateAsync(
        ConversationCluster cluster, int people = 2, ConversationType type = ConversationType.Group)
    {
        TestConversation conversation = Of(cluster, people, type);
        EntryAppended created = await conversation.Members.Create(conversation.Creation());
        return created.Status == ConversationStatus.Accepted
            ? conversation
            : throw new InvalidOperationException($"The conversation was not created: {created.Status}.");
    }

    /// <summary>What its first person asks for, or another in its place.</summary>
    public CreateConversation Creation(MessageId? message = null, int creator = 0) => new(
        People[creator],
        message ?? MessageId.New(),
        Type,
        Group,
        MlsBytes.Commit(Group, 0, 0, People[creator], adds: People.Where((_, index) => index != creator)),
        People.Length > 1 ? [1, 2, 3] : null);

    /// <summary>A message of someone, in an epoch.</summary>
    public AppendMessage Message(Caller sender, MessageId? message = null, long epoch = 1, byte filling = 7) =>
        new(sender, message ?? MessageId.New(), MlsBytes.Message(Group, epoch, filling: filling));

    /// <summary>Sends a message.</summary>
    public Task<EntryAppended> SendAsync(Caller sender, MessageId? message = null, long epoch = 1, byte filling = 7) =>
        Log.Append(Message(sender, message, epoch, filling));

    /// <summary>Ends an epoch.</summary>
    public Task<EntryAppended> CommitAsync(
        Caller committer, int leaf, long epoch = 1, IReadOnlyList<Caller>? adds = null, IEnumerable<int>? removes = null, MessageId? message = null) =>
        Members.Commit(new CommitEpoch(
            committer,
            message ?? MessageId.New(),
            MlsBytes.Commit(Group, epoch, leaf, committer, adds, removes),
            adds is { Count: > 0 } ? [9, 8, 7] : null));

    /// <summary>The whole log as a member sees it.</summary>
    public async Task<List<LogEntry>> ReadAllAsync(Caller reader)
    {
        List<LogEntry> entries = [];
        EntryPage page;
        do
        {
            page = await Log.Read(new ReadEntries(reader, entries.Count == 0 ? 0 : entries[^1].Seq, Backward: false, Limit: 200));
            entries.AddRange(page.Entries);
        }
        while (page.More);

        return entries;
    }
}
