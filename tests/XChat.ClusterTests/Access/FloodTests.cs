using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Logging;

using XChat.ClusterTests.Frontend;
using XChat.Protocol.Conversations;
using XChat.Protocol.Delivery;
using XChat.Testing.Database;

namespace XChat.ClusterTests.Access;

/// <summary>One device calls as fast as it can.</summary>
public sealed class FloodTests(PostgresFixture postgres)
{
    private const int Calls = 100_000;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hundred_thousand_rapid_messages_are_answered_what_was_accepted_is_stored_and_others_are_served()
    {
        await using AccessScene scene = await AccessScene.StartAsync(postgres);
        long before = await scene.Server.CountAsync("conversation_entry");
        string payload = Convert.ToBase64String(scene.Message(AccessScene.Epoch));
        using RawHubSocket flood = await RawHubSocket.OpenAsync(scene.Server.Url, (await scene.Bob.SignInAsync())!, "json", Cancelled);
        await using HubConnection other = await scene.Server.ConnectAsync(scene.Alice);

        Task<(int Accepted, int Limited)> answers = CountAnswersAsync(flood);
        Task sending = SendAsync(flood, scene.Group, payload);
        int served = 0;
        while (!answers.IsCompleted)
        {
            ReadEntriesResult page = await other.InvokeAsync<ReadEntriesResult>(
                nameof(IChatHub.ReadEntries), new ReadEntriesRequest(scene.Group.Value, 0, Backward: true, 1), Cancelled);
            Assert.Equal(ConversationStatus.Accepted, page.Status);
            served++;
            // As fast as the other device's own limit lets it.
            await Task.Delay(TimeSpan.FromMilliseconds(100), Cancelled);
        }

        (int accepted, int limited) = await answers;
        await sending;
        TestContext.Current.SendDiagnosticMessage("{0} accepted, {1} limited; another device was served {2} times", accepted, limited, served);
        Assert.Equal(Calls, accepted + limited);
        Assert.InRange(accepted, 1, Calls / 10);
        Assert.InRange(served, 1, int.MaxValue);
        Assert.Equal(before + accepted, await scene.Server.CountAsync("conversation_entry"));
        Assert.DoesNotContain(scene.Server.Log.Lines, line => line.Level >= LogLevel.Error);
    }

    private static async Task SendAsync(RawHubSocket socket, ConversationId conversation, string payload)
    {
        for (int call = 0; call < Calls; call++)
        {
            await socket.SendTextAsync(
                $$"""
                {"type":1,"invocationId":"{{call}}","target":"SendMessage","arguments":[
                {"conversation":"{{conversation.Value}}","message":"{{Guid.CreateVersion7()}}","payload":"{{payload}}"}]}
                """,
                Cancelled);
        }
    }

    private static async Task<(int Accepted, int Limited)> CountAnswersAsync(RawHubSocket socket)
    {
        int accepted = 0;
        int limited = 0;
        while (accepted + limited < Calls && await socket.ReadAsync(Cancelled) is { } message)
        {
            if (message.Contains("\"error\":\"rate_limited: Too many calls: try again in ", StringComparison.Ordinal))
            {
                limited++;
            }
            else if (message.Contains("\"result\":{\"status\":1,", StringComparison.Ordinal))
            {
                accepted++;
            }
            else
            {
                Assert.DoesNotContain("\"invocationId\"", message, StringComparison.Ordinal);
            }
        }

        return (accepted, limited);
    }
}
