using Npgsql;

using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;
using XChat.Testing.Conversations;

namespace XChat.Load.Append;

/// <summary>
/// Conversations of two people, put straight into the tables: what is measured is what comes after. Each has the same payload, which passes the
/// inspection of every append.
/// </summary>
public sealed class SeededConversations
{
    private const int CiphertextBytes = 256;

    private readonly IConversationGrain[] _grains;
    private readonly Caller[] _senders;
    private readonly byte[][] _payloads;

    private SeededConversations(IGrainFactory grains, Guid[] ids, Caller[] senders, byte[][] payloads)
    {
        Ids = ids;
        _senders = senders;
        _grains = [.. ids.Select(id => grains.Conversation(new ConversationId(id)))];
        _payloads = payloads;
    }

    public Guid[] Ids { get; }

    public int Count => Ids.Length;

    public byte[] PayloadOf(int conversation) => _payloads[conversation];

    public Caller SenderOf(int conversation) => _senders[conversation];

    public static async Task<SeededConversations> CreateAsync(LoadServer server, int count, CancellationToken cancellationToken)
    {
        const string Sql = """
            WITH seeded AS (
                SELECT * FROM unnest($1, $2, $3, $4, $5) AS s(conversation_id, group_id, sender, device, other)),
            conversations AS (
                INSERT INTO conversation (conversation_id, type, group_id, epoch) SELECT conversation_id, 1, group_id, 1 FROM seeded),
            entries AS (
                INSERT INTO conversation_entry
                    (conversation_id, seq, kind, message_id, sender_user, sender_device, epoch, created_at, target, payload)
                SELECT conversation_id, 1, 2, gen_random_uuid(), sender, device, 0, now(), group_id, '' FROM seeded),
            members AS (
                INSERT INTO conversation_member
                    (conversation_id, user_id, role, first_seq, delivered_seq, read_seq, device_list_version)
                SELECT conversation_id, person, 3, 1, 0, 0, 1 FROM seeded CROSS JOIN LATERAL (VALUES (sender), (other)) AS p(person))
            INSERT INTO conversation_leaf (conversation_id, leaf, user_id, device_id, added_seq, joined, leaving)
            SELECT conversation_id, 0, sender, device, 1, true, false FROM seeded
            """;

        Guid[] ids = New(count);
        Guid[] groups = New(count);
        Caller[] senders = [.. Enumerable.Range(0, count).Select(_ => new Caller(UserId.New(), DeviceId.New()))];
        await using NpgsqlCommand command = server.Database.Connections.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = ids });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = groups });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. senders.Select(sender => sender.User.Value)] });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. senders.Select(sender => sender.Device.Value)] });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = New(count) });
        await command.ExecuteNonQueryAsync(cancellationToken);
        return new SeededConversations(server.Grains, ids, senders, [.. groups.Select(group => MlsBytes.Message(group, 1, CiphertextBytes))]);
    }

    /// <summary>The same conversations, called another way.</summary>
    public SeededConversations Through(IGrainFactory grains) => new(grains, Ids, _senders, _payloads);

    /// <summary>One durable append through the grain, to each conversation in turn.</summary>
    public async Task AppendAsync(long number)
    {
        int conversation = (int)(number % Count);
        AppendMessage message = new(_senders[conversation], MessageId.New(), _payloads[conversation]);
        EntryAppended answer = await _grains[conversation].Append(message);
        if (answer.Status != ConversationStatus.Accepted)
        {
            throw new LoadException($"An append was answered with {answer.Status}: the run shows nothing.");
        }
    }

    /// <summary>One page of each conversation in turn, from a place on.</summary>
    public async Task ReadPageAsync(long number, long seq, int limit)
    {
        int conversation = (int)(number % Count);
        EntryPage page = await _grains[conversation].Read(new ReadEntries(_senders[conversation], seq, Backward: false, limit));
        if (page.Status != ConversationStatus.Accepted)
        {
            throw new LoadException($"A read was answered with {page.Status}: the run shows nothing.");
        }
    }

    private static Guid[] New(int count) => [.. Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7())];
}
