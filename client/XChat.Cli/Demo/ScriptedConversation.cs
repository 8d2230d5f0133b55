using System.CommandLine;
using System.Text;

using XChat.Cli.Output;
using XChat.Client;
using XChat.Client.Conversations;
using XChat.Client.Delivery;
using XChat.Protocol.Conversations;

namespace XChat.Cli.Demo;

/// <summary>What the demo plays: a direct conversation both ways and a small group. The server's side is read back from the server's log.</summary>
internal sealed class ScriptedConversation(XChatClient alice, XChatClient bob, ParseResult parsed)
{
    private const string GroupName = "Surprise for Carol";
    private const int ShownBytes = 12;
    private const int LabelWidth = 19;
    private const int Most = 100;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<string> _plaintexts = [GroupName];
    private readonly List<byte[]> _stored = [];

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        Guid direct = await alice.OpenDirectAsync(bob.RequireSelf().Handle, cancellationToken);
        await SayAsync(alice, bob, direct, "Dinner at eight?", cancellationToken);
        await SayAsync(bob, alice, direct, "Yes! Bring the red notebook.", cancellationToken);
        await SayAsync(alice, bob, direct, "It is in my bag already.", cancellationToken);
        await ShowAsync("A direct conversation", direct, cancellationToken);

        Guid group = await alice.CreateGroupAsync(GroupName, [bob.RequireSelf().Handle], cancellationToken);
        await SayAsync(alice, bob, group, "The cake is chocolate.", cancellationToken);
        await SayAsync(bob, alice, group, "I hide it at my place.", cancellationToken);
        await ShowAsync("A group", group, cancellationToken);
        return Judge();
    }

    /// <summary>One sends, and the other one has it before the conversation goes on.</summary>
    private async Task SayAsync(XChatClient from, XChatClient to, Guid conversation, string text, CancellationToken cancellationToken)
    {
        _plaintexts.Add(text);
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        IAsyncEnumerable<ChatEvent> events = to.ListenAsync(patience.Token);
        ChatMessage sent = await from.SendAsync(conversation, text, patience.Token);
        try
        {
            await foreach (ChatEvent happened in events)
            {
                if (happened is MessageArrived { Message: var message } && message.Id == sent.Id)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new XChatException(
                ClientErrorReason.ServerUnreachable, $"{to.RequireSelf().Handle} got nothing within {Patience.TotalSeconds} s: try again.");
        }
    }

    private async Task ShowAsync(string title, Guid conversation, CancellationToken cancellationToken)
    {
        Dictionary<long, ChatMessage> alices = await LinesAsync(alice, conversation, cancellationToken);
        Dictionary<long, ChatMessage> bobs = await LinesAsync(bob, conversation, cancellationToken);
        _ = Answer.Say(parsed, new { Type = "conversation", Conversation = conversation, Title = title }, string.Empty, title);
        foreach (Entry entry in await alice.ReadStoredEntriesAsync(conversation, 0, Most, cancellationToken))
        {
            _stored.Add(entry.Payload);
            (string first, string second) = (Read(alices, entry), Read(bobs, entry));
            _ = Answer.Say(
                parsed,
                new
                {
                    Type = "entry",
                    Conversation = conversation,
                    entry.Seq,
                    Read = new Dictionary<string, string> { [alice.RequireSelf().Handle] = first, [bob.RequireSelf().Handle] = second },
                    Stored = new { entry.Kind, entry.Epoch, Payload = entry.Payload },
                },
                $"  {entry.Seq}",
                Line($"{alice.RequireSelf().Handle} reads", first),
                Line($"{bob.RequireSelf().Handle} reads", second),
                Line("the server has", $"{entry.Kind} of epoch {entry.Epoch}, {entry.Payload.Length} bytes, {Ends(entry.Payload)}"));
        }
    }

    private static async Task<Dictionary<long, ChatMessage>> LinesAsync(XChatClient client, Guid conversation, CancellationToken cancellationToken) =>
        (await client.ReadAsync(conversation, 0, Most, cancellationToken)).Where(line => line.Seq > 0).ToDictionary(line => line.Seq);

    private static string Read(Dictionary<long, ChatMessage> lines, Entry entry) => lines.TryGetValue(entry.Seq, out ChatMessage? line)
        ? line.Text is null ? $"({line.Sender} {MessageLine.What(line)})" : MessageLine.What(line)
        : "(nothing: this is how they came in)";

    private static string Line(string who, string what) => $"    {who,-LabelWidth}  {what}";

    /// <summary>The first bytes name the group; in the last ones there is nothing to tell apart.</summary>
    private static string Ends(byte[] bytes) => bytes.Length <= 2 * ShownBytes
        ? Convert.ToHexStringLower(bytes)
        : $"{Convert.ToHexStringLower(bytes.AsSpan(0, ShownBytes))}...{Convert.ToHexStringLower(bytes.AsSpan(bytes.Length - ShownBytes))}";

    private int Judge()
    {
        int found = _plaintexts.Count(text => _stored.Any(bytes => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0));
        int bytes = _stored.Sum(stored => stored.Length);
        _ = Answer.Say(
            parsed,
            new { Type = "verdict", Plaintexts = _plaintexts.Count, Found = found, Bytes = bytes },
            string.Empty,
            $"{_plaintexts.Count} plaintexts, among them the group's name; {found} of them in the {bytes} bytes of the server's logs.");
        return found == 0 ? ExitCode.Done : ExitCode.Security;
    }
}
