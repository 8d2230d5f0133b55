using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;

using XChat.Load.Append;

namespace XChat.Load;

/// <summary>
/// <c>scale</c>: append and page reads must not get slower as conversations and the database grow. Sizes are put straight into the tables.
/// </summary>
public static class ScaleCommand
{
    private const int Callers = 32;
    private const int Conversations = 50;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        Option<bool> json = new("--json") { Description = "Print the result as JSON, and nothing else, to standard output." };
        Option<int> seconds = new("--seconds") { Description = "How long each part takes.", DefaultValueFactory = _ => 5 };
        Option<int> largest = new("--messages")
        {
            Description = "Messages of the largest conversation; others have ten and ten thousand.",
            DefaultValueFactory = _ => 1_000_000,
        };
        Option<int> users = new("--users") { Description = "Users of the larger database.", DefaultValueFactory = _ => 1_000_000 };
        Command command = new("scale", "Appends and page reads at small and large sizes.") { json, seconds, largest, users };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(json),
            TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            [10, 10_000, parsed.GetValue(largest)],
            parsed.GetValue(users),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(bool json, TimeSpan duration, int[] sizes, int users, CancellationToken cancellationToken)
    {
        await using LoadServer server = await LoadServer.StartAsync(cancellationToken);
        SeededConversations small = await SeededConversations.CreateAsync(server, Conversations, cancellationToken);
        List<Measurement> results = [];
        void Note(Measurement result)
        {
            results.Add(result);
            (json ? Console.Error : Console.Out).WriteLine(result);
        }

        await FillUsersAsync(server, 1_000, cancellationToken);
        await AppendLoad.ClosedAsync("warm-up", small, Callers, TimeSpan.FromSeconds(3));
        foreach (int size in sizes)
        {
            // One conversation has the size, and its appends and reads are those that count.
            SeededConversations one = await SeededConversations.CreateAsync(server, 1, cancellationToken);
            await FillAsync(server, one, size, cancellationToken);
            await AppendLoad.ClosedAsync("warm-up", one, Callers, TimeSpan.FromSeconds(1));
            Note(await AppendLoad.ClosedAsync($"append: {size} messages", one, Callers, duration));
            Note(await ReadAsync($"read: {size} messages", one, duration));
        }

        Note(await AppendLoad.ClosedAsync("append: 1000 users", small, Callers, duration));
        Note(await ReadAsync("read: 1000 users", small, duration));
        await FillUsersAsync(server, users, cancellationToken);
        Note(await AppendLoad.ClosedAsync($"append: {users} users", small, Callers, duration));
        Note(await ReadAsync($"read: {users} users", small, duration));

        Dictionary<string, double> ratios = new()
        {
            ["append_largest_vs_smallest"] = Ratio(results, $"append: {sizes[^1]} messages", $"append: {sizes[0]} messages"),
            ["read_largest_vs_smallest"] = Ratio(results, $"read: {sizes[^1]} messages", $"read: {sizes[0]} messages"),
            ["append_most_vs_fewest_users"] = Ratio(results, $"append: {users} users", "append: 1000 users"),
            ["read_most_vs_fewest_users"] = Ratio(results, $"read: {users} users", "read: 1000 users"),
        };
        Console.WriteLine(json
            ? JsonSerializer.Serialize(new { measurements = results, ratios, cores = Environment.ProcessorCount }, Indented)
            : string.Join(Environment.NewLine, ratios.Select(ratio => $"{ratio.Key} = {ratio.Value}")));
        return 0;
    }

    private static double Ratio(List<Measurement> results, string large, string small) => Math.Round(
        results.Single(result => result.Name == large).PerSecond / results.Single(result => result.Name == small).PerSecond, 3);

    private static async Task<Measurement> ReadAsync(string name, SeededConversations conversations, TimeSpan duration)
    {
        Measure measure = new();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (int turn = caller; !measure.IsOver(duration); turn = (turn + Callers) % int.MaxValue)
            {
                long begun = Stopwatch.GetTimestamp();
                await conversations.ReadPageAsync(turn % conversations.Count);
                measure.Add(begun);
            }
        })));
        return measure.End(name);
    }

    /// <summary>Messages behind the first entry, before the conversation is active.</summary>
    private static async Task FillAsync(LoadServer server, SeededConversations conversation, int size, CancellationToken cancellationToken)
    {
        await server.ExecuteAsync(
            $"""
            INSERT INTO conversation_entry
                (conversation_id, seq, kind, message_id, sender_user, sender_device, epoch, created_at, payload)
            SELECT '{conversation.Ids[0]}', seq, 1, gen_random_uuid(), '{conversation.SenderOf(0).User}', '{conversation.SenderOf(0).Device}', 1, now(),
                '\x{Convert.ToHexString(conversation.PayloadOf(0))}'
            FROM generate_series(2, {size}) AS seq
            """,
            cancellationToken);
        await server.ExecuteAsync("ANALYZE conversation_entry", cancellationToken);
    }

    /// <summary>Users as conversations know them: members and their leaves, each in a conversation of its own with one message.</summary>
    private static Task FillUsersAsync(LoadServer server, int users, CancellationToken cancellationToken) => server.ExecuteAsync(
        $"""
        CREATE TEMP TABLE filled AS
            SELECT gen_random_uuid() AS conversation_id, gen_random_uuid() AS user_id, gen_random_uuid() AS device_id FROM generate_series(1, {users});
        INSERT INTO conversation (conversation_id, type, group_id, epoch) SELECT conversation_id, 2, conversation_id, 1 FROM filled;
        INSERT INTO conversation_member (conversation_id, user_id, role, first_seq, delivered_seq, read_seq, device_list_version)
            SELECT conversation_id, user_id, 3, 1, 0, 0, 1 FROM filled;
        INSERT INTO conversation_leaf (conversation_id, leaf, user_id, device_id, added_seq, joined, leaving)
            SELECT conversation_id, 0, user_id, device_id, 1, true, false FROM filled;
        INSERT INTO conversation_entry (conversation_id, seq, kind, message_id, sender_user, sender_device, epoch, created_at, target, payload)
            SELECT conversation_id, 1, 2, gen_random_uuid(), user_id, device_id, 0, now(), conversation_id, '' FROM filled;
        DROP TABLE filled;
        CHECKPOINT;
        """,
        cancellationToken);
}
