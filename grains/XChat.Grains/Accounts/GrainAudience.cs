using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.GrainInterfaces.Delivery;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.Grains.Accounts;

/// <summary>Tells the conversations and the presence of a user.</summary>
public sealed class GrainAudience(IGrainFactory grains) : IDeviceChangeAudience
{
    private const int Parallelism = 16;

    /// <inheritdoc/>
    public async Task TellConversationsAsync(UserId user, AccountDescription account)
    {
        RefreshDevices news = new(user, account.DeviceListVersion, account.Devices.Select(device => device.Device).ToArray());
        List<Exception> problems = [];
        await foreach (ConversationId[] some in ConversationsOf(user))
        {
            // One conversation in trouble must not keep the news from the others.
            Exception?[] outcomes = await Task.WhenAll(some.Select(conversation => TellAsync(conversation, news)));
            problems.AddRange(outcomes.OfType<Exception>());
        }

        if (problems.Count > 0)
        {
            throw new AggregateException($"{problems.Count} conversations could not be told of a device list.", problems);
        }
    }

    /// <inheritdoc/>
    public Task CloseConnectionsAsync(UserId user, DeviceId device) => grains.Presence(user).EndSessions(new EndDeviceSessions(device));

    private async IAsyncEnumerable<ConversationId[]> ConversationsOf(UserId user)
    {
        IConversationListGrain list = grains.ConversationList(user);
        ConversationId after = default;
        ConversationListPage page;
        do
        {
            page = await list.List(new ListConversations(new Caller(user, DeviceId.Empty), after, Limits.ConversationsPerPage));
            foreach (ConversationListItem[] some in page.Items.Chunk(Parallelism))
            {
                after = some[^1].Conversation;
                yield return [.. some.Select(item => item.Conversation)];
            }
        }
        while (page.More);
    }

    private async Task<Exception?> TellAsync(ConversationId conversation, RefreshDevices news)
    {
        try
        {
            ConversationOutcome outcome = await grains.ConversationMembership(conversation).RefreshDevices(news);
            return outcome.Status is ConversationStatus.Accepted or ConversationStatus.AlreadyAccepted or ConversationStatus.NotMember
                ? null
                : new InvalidOperationException($"A conversation answered {outcome.Status} to a device list.");
        }
        catch (Exception problem)
        {
            return problem;
        }
    }
}
