using System.Net.WebSockets;
using System.Text;

using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Logging;

using XChat.GrainInterfaces.Conversations;
using XChat.Protocol;
using XChat.Protocol.Conversations;
using XChat.Protocol.Delivery;

namespace XChat.ClusterTests.Frontend;

/// <summary>Whatever bytes a signed-in device sends, it harms only its own connection.</summary>
public sealed class HostileBytesTests
{
    private const int Rounds = 300;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("json")]
    [InlineData("messagepack")]
    public async Task Random_and_damaged_messages_end_at_most_their_own_connection(string? protocol)
    {
        int seed = Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage("seed {0}", seed);
        Random random = new(seed);
        await using FrontendHost host = await FrontendHost.StartAsync();
        host.Cluster.Play<IConversationListGrain>(_ => new EmptyList());
        await using HubConnection bystander = await host.ConnectAsync(FrontendHost.NewCaller());
        string token = host.Sessions.SignIn(FrontendHost.NewCaller());

        for (int round = 0; round < Rounds; round++)
        {
            using RawHubSocket hostile = await RawHubSocket.OpenAsync(host, token, protocol, Cancelled);
            for (int message = random.Next(1, 4); message > 0; message--)
            {
                await TrySendAsync(hostile, Damage(random, protocol == "messagepack" ? PackedCall : JsonCall), random);
            }
        }

        await bystander.InvokeAsync<ListConversationsResult>(nameof(IChatHub.ListConversations), new ListConversationsRequest(default, 1), Cancelled);
        Assert.Equal(HubConnectionState.Connected, bystander.State);
        Assert.DoesNotContain(host.Log.Lines, line => line.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task A_message_that_is_too_long_ends_its_connection_with_a_reason()
    {
        await using FrontendHost host = await FrontendHost.StartAsync();
        using RawHubSocket hostile = await RawHubSocket.OpenAsync(host, host.Sessions.SignIn(FrontendHost.NewCaller()), "json", Cancelled);

        await hostile.SendAsync(new byte[Limits.RequestBytes + 100], WebSocketMessageType.Text, Cancelled);

        string? last = null;
        while (await hostile.ReadAsync(Cancelled) is { } message)
        {
            last = message;
        }

        Assert.Contains("\"error\":\"invalid_argument: ", last, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":1,"invocationId":"1","target":"SendMessage","arguments":[{"payload":{"deep":[[[[]]]]}}]}""")]
    [InlineData("""{"type":1,"invocationId":"1","target":"SendMessage","arguments":[{"conversation":"00000000-0000-0000-0000-00000000000"}]}""")]
    [InlineData("""{"type":1,"invocationId":"1","target":"SendMessage","arguments":[1,2,3,4]}""")]
    [InlineData("""{"type":4,"invocationId":"1","target":"SendMessage","arguments":[{}]}""")]
    public async Task A_call_that_cannot_be_read_is_answered_and_the_connection_goes_on(string call)
    {
        await using FrontendHost host = await FrontendHost.StartAsync();
        using RawHubSocket client = await RawHubSocket.OpenAsync(host, host.Sessions.SignIn(FrontendHost.NewCaller()), "json", Cancelled);

        await client.SendTextAsync(call, Cancelled);
        string first = await ReadCompletionAsync(client);
        await client.SendTextAsync("""{"type":1,"invocationId":"2","target":"Nonsense","arguments":[]}""", Cancelled);
        string second = await ReadCompletionAsync(client);

        Assert.Contains("\"error\":\"invalid_argument: ", first, StringComparison.Ordinal);
        Assert.Contains("\"error\":\"not_found: ", second, StringComparison.Ordinal);
    }

    private static byte[] JsonCall =>
        [.. """{"type":1,"invocationId":"1","target":"ListConversations","arguments":[{"after":"00000000-0000-0000-0000-000000000000","limit":1}]}"""u8, 0x1E];

    /// <summary>A length, then [1, {}, "1", "ListConversations", [{"limit": 1}]].</summary>
    private static byte[] PackedCall
    {
        get
        {
            byte[] body =
            [
                0x95, 0x01, 0x80, 0xA1, (byte)'1', 0xB1, .. "ListConversations"u8, 0x91, 0x81, 0xA5, .. "limit"u8, 0x01,
            ];
            return [(byte)body.Length, .. body];
        }
    }

    private static byte[] Damage(Random random, byte[] call)
    {
        byte[] bytes = [.. call];
        switch (random.Next(4))
        {
            case 0:
                bytes = new byte[random.Next(1, 3_000)];
                random.NextBytes(bytes);
                break;
            case 1:
                bytes = bytes[..random.Next(1, bytes.Length)];
                break;
            case 2:
                for (int flips = random.Next(1, 6); flips > 0; flips--)
                {
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                }

                break;
            default:
                int cut = random.Next(bytes.Length);
                bytes = [.. bytes[..cut], .. Encoding.UTF8.GetBytes(new string((char)random.Next(32, 127), random.Next(1, 200))), .. bytes[cut..]];
                break;
        }

        return bytes;
    }

    private static async Task TrySendAsync(RawHubSocket socket, byte[] bytes, Random random)
    {
        try
        {
            await socket.SendAsync(bytes, random.Next(2) == 0 ? WebSocketMessageType.Text : WebSocketMessageType.Binary, Cancelled);
        }
        catch (Exception problem) when (problem is WebSocketException or IOException)
        {
            // The server has had enough of this one.
        }
    }

    private static async Task<string> ReadCompletionAsync(RawHubSocket socket)
    {
        while (await socket.ReadAsync(Cancelled) is { } message)
        {
            if (message.Contains("\"invocationId\"", StringComparison.Ordinal))
            {
                return message;
            }
        }

        throw new InvalidOperationException("The connection ended without an answer.");
    }

    private sealed class EmptyList : IConversationListGrain
    {
        public Task<ConversationListPage> List(ListConversations request) => Task.FromResult(new ConversationListPage([], false));
    }
}
