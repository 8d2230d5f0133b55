using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Logging;

using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.Protocol.Conversations;
using XChat.Protocol.Delivery;

namespace XChat.ClusterTests.Frontend;

/// <summary>How hub calls succeed and fail, in both hub protocols.</summary>
public sealed class HubContractTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_reaches_its_grain_on_behalf_of_the_devices_session(bool json)
    {
        await using FrontendHost host = await FrontendHost.StartAsync();
        Caller caller = FrontendHost.NewCaller();
        ListConversations? asked = null;
        host.Cluster.Play<IConversationListGrain>(_ => new ScriptedList(request => asked = request));
        await using HubConnection connection = await host.ConnectAsync(caller, json);
        Guid after = Guid.NewGuid();

        ListConversationsResult page = await connection.InvokeAsync<ListConversationsResult>(
            nameof(IChatHub.ListConversations), new ListConversationsRequest(after, 7), Cancelled);

        Assert.Equal(new ListConversations(caller, new ConversationId(after), 7), asked);
        Assert.Equal(MemberRole.Admin, Assert.Single(page.Conversations).Role);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_failure_reads_reason_and_text(bool json)
    {
        await using FrontendHost host = await FrontendHost.StartAsync();
        await using HubConnection connection = await host.ConnectAsync(FrontendHost.NewCaller(), json);

        Assert.Equal("not_found: The hub has no method of that name.", await FailureOfAsync(connection, "Nonsense"));
        Assert.Equal("not_found: The hub has no method of that name.", await FailureOfAsync(connection, "OnConnectedAsync"));
        Assert.Equal(
            "invalid_argument: The arguments cannot be read as those of the method.",
            await FailureOfAsync(connection, nameof(IChatHub.GetConversation), "no UUID"));
        Assert.Equal(
            "invalid_argument: The arguments cannot be read as those of the method.", await FailureOfAsync(connection, nameof(IChatHub.GetConversation)));
        Assert.Equal(
            "invalid_argument: The field limit is 0: give 1 to 100.",
            await FailureOfAsync(connection, nameof(IChatHub.ListConversations), new ListConversationsRequest(default, 0)));
        Assert.Equal(
            "invalid_argument: The field request is missing.", await FailureOfAsync(connection, nameof(IChatHub.ListConversations), (object?)null));
    }

    [Fact]
    public async Task A_bug_is_logged_with_the_id_that_the_client_is_told_and_shows_nothing_internal()
    {
        await using FrontendHost host = await FrontendHost.StartAsync();
        await using HubConnection connection = await host.ConnectAsync(FrontendHost.NewCaller());

        string told = await FailureOfAsync(connection, nameof(IChatHub.FindAccount), Guid.NewGuid());

        Assert.StartsWith("internal: ", told, StringComparison.Ordinal);
        Assert.DoesNotContain("Secret detail", told, StringComparison.Ordinal);
        string report = told.Split("logged as ")[1][..32];
        Assert.Contains(host.Log.Lines, line => line.Level == LogLevel.Error && line.Line.Contains(report, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_silo_that_does_not_answer_is_unavailable_and_no_bug()
    {
        await using FrontendHost host = await FrontendHost.StartAsync();
        host.Cluster.Play<IConversationListGrain>(_ => new ScriptedList(_ => throw new TimeoutException("Response did not arrive.")));
        await using HubConnection connection = await host.ConnectAsync(FrontendHost.NewCaller());

        string told = await FailureOfAsync(connection, nameof(IChatHub.ListConversations), new ListConversationsRequest(default, 1));

        Assert.StartsWith("unavailable: ", told, StringComparison.Ordinal);
        Assert.DoesNotContain(host.Log.Lines, line => line.Level >= LogLevel.Error);
    }

    private static async Task<string> FailureOfAsync(HubConnection connection, string method, params object?[] arguments)
    {
        HubException failure = await Assert.ThrowsAsync<HubException>(() => connection.InvokeCoreAsync(method, typeof(object), arguments, Cancelled));
        return failure.Message;
    }

    private sealed class ScriptedList(Action<ListConversations> asked) : IConversationListGrain
    {
        public Task<ConversationListPage> List(ListConversations request)
        {
            asked(request);
            ConversationListItem item = new(
                ConversationId.New(), ConversationType.Group, MemberRole.Admin, 1, 2, 1, 0, 0, 1, 1_700_000_000_000);
            return Task.FromResult(new ConversationListPage([item], false));
        }
    }
}
