using System.Diagnostics;

using Microsoft.Extensions.DependencyInjection;

using Npgsql;

using NpgsqlTypes;

using Orleans.Storage;

namespace XChat.Load.Append;

/// <summary>What the same PostgreSQL does with the same rows when nothing is decided: into a table of the same shape, with the same indexes.</summary>
public sealed class Ceilings(LoadServer server, SeededConversations conversations)
{
    private const string InsertSql = """
        INSERT INTO load_entry
            (conversation_id, seq, kind, message_id, sender_user, sender_device, epoch, created_at, expires_at, payload)
        SELECT e.conversation_id, e.seq, 1, e.message_id, e.sender_user, e.sender_device, e.epoch, e.created_at, e.expires_at, e.payload
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
            AS e(conversation_id, seq, message_id, sender_user, sender_device, epoch, created_at, expires_at, payload)
        """;

    private const string StateName = "message";

    private const int StateCallers = 100;

    private readonly IGrainState<MessageState>[] _states = [.. Enumerable.Range(0, StateCallers).Select(caller =>
        new GrainState<MessageState>(new MessageState { Payload = conversations.PayloadOf(caller) }))];

    private int _next = -1;

    private IGrainStorage Storage => server.Services.GetRequiredKeyedService<IGrainStorage>("Default");

    /// <summary>An empty table beside the log, and a row of state for each caller.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await server.Database.ExecuteAsync(
            "CREATE TABLE load_entry (LIKE conversation_entry INCLUDING ALL) WITH (autovacuum_enabled = off)", cancellationToken);
        await Task.WhenAll(_states.Select((state, caller) => Storage.ReadStateAsync(StateName, GrainOf(caller), state)));
    }

    /// <summary>Rows of as many conversations as fit, so many a commit, on so many connections.</summary>
    public async Task InsertAsync(Measure measure, int rowsPerCommit, int connections, TimeSpan duration, CancellationToken cancellationToken)
    {
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(
            async () =>
            {
                await using NpgsqlConnection connection = await server.Database.Connections.OpenConnectionAsync(cancellationToken);
                await using NpgsqlCommand command = NewCommand(connection);
                await command.PrepareAsync(cancellationToken);
                while (!measure.IsOver(duration))
                {
                    long begun = Stopwatch.GetTimestamp();
                    Fill(command, rowsPerCommit);
                    await command.ExecuteNonQueryAsync(cancellationToken);
                    measure.Add(begun, rowsPerCommit);
                }
            },
            cancellationToken)));
    }

    /// <summary>A message as small grain state, each in a write of its own through the AdoNet provider.</summary>
    public Task WriteStateAsync(Measure measure, TimeSpan duration) => Loops.ClosedAsync(
        measure,
        _states.Length,
        duration,
        number => Storage.WriteStateAsync(StateName, GrainOf(number % _states.Length), _states[number % _states.Length]));

    private static NpgsqlCommand NewCommand(NpgsqlConnection connection) => new(InsertSql, connection)
    {
        Parameters =
        {
            Array<Guid>(NpgsqlDbType.Uuid),
            Array<long>(NpgsqlDbType.Bigint),
            Array<Guid>(NpgsqlDbType.Uuid),
            Array<Guid>(NpgsqlDbType.Uuid),
            Array<Guid>(NpgsqlDbType.Uuid),
            Array<long>(NpgsqlDbType.Bigint),
            Array<DateTime>(NpgsqlDbType.TimestampTz),
            Array<DateTime?>(NpgsqlDbType.TimestampTz),
            Array<byte[]>(NpgsqlDbType.Bytea),
        },
    };

    private static GrainId GrainOf(long caller) => GrainId.Create("load", $"{caller}");

    private void Fill(NpgsqlCommand command, int rows)
    {
        int last = Interlocked.Add(ref _next, rows);
        int[] numbers = [.. Enumerable.Range(last - rows + 1, rows)];
        DateTime now = TimeProvider.System.GetUtcNow().UtcDateTime;
        Set(command, 0, numbers, number => conversations.Ids[number % conversations.Count]);
        Set(command, 1, numbers, number => (number / conversations.Count) + 1L);
        Set(command, 2, numbers, _ => Guid.CreateVersion7());
        Set(command, 3, numbers, number => conversations.SenderOf(number % conversations.Count).User.Value);
        Set(command, 4, numbers, number => conversations.SenderOf(number % conversations.Count).Device.Value);
        Set(command, 5, numbers, _ => 1L);
        Set(command, 6, numbers, _ => now);
        Set<DateTime?>(command, 7, numbers, _ => null);
        Set(command, 8, numbers, number => conversations.PayloadOf(number % conversations.Count));
    }

    private static void Set<T>(NpgsqlCommand command, int index, int[] numbers, Func<int, T> value) =>
        ((NpgsqlParameter<T[]>)command.Parameters[index]).TypedValue = System.Array.ConvertAll(numbers, number => value(number));

    private static NpgsqlParameter<T[]> Array<T>(NpgsqlDbType element) => new() { NpgsqlDbType = NpgsqlDbType.Array | element };
}

/// <summary>A message as grain state.</summary>
[GenerateSerializer, Alias("xchat.load.MessageState")]
public sealed class MessageState
{
    [Id(0)]
    public byte[] Payload { get; set; } = [];
}
