using XChat.Frontend.Conversations;
using XChat.Frontend.Requests;
using XChat.GrainInterfaces.Conversations;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.Frontend;

internal sealed partial class ChatHub
{
    public async Task<EntryResult> CreateConversation(CreateConversationRequest request)
    {
        ConversationId id = Field.Conversation(Field.Required(request).Conversation);
        CreateConversation create = new(
            Caller,
            Field.Message(request.Message),
            Field.Known(request.Type),
            Field.Id(request.Group),
            Field.Bytes(request.Commit, Limits.CommitBytes),
            Field.OptionalBytes(request.Welcome, Limits.WelcomeBytes));
        return WireRecords.Of(await cluster.ConversationMembership(id).Create(create));
    }

    public async Task<EntryResult> CommitEpoch(CommitEpochRequest request)
    {
        ConversationId id = Field.Conversation(Field.Required(request).Conversation);
        CommitEpoch commit = new(
            Caller,
            Field.Message(request.Message),
            Field.Bytes(request.Commit, Limits.CommitBytes),
            Field.OptionalBytes(request.Welcome, Limits.WelcomeBytes));
        return WireRecords.Of(await cluster.ConversationMembership(id).Commit(commit));
    }

    public async Task<EntryResult> RestartGroup(RestartGroupRequest request)
    {
        ConversationId id = Field.Conversation(Field.Required(request).Conversation);
        RestartGroup restart = new(
            Caller,
            Field.Message(request.Message),
            Field.Id(request.Group),
            Field.Bytes(request.Commit, Limits.CommitBytes),
            Field.OptionalBytes(request.Welcome, Limits.WelcomeBytes));
        return WireRecords.Of(await cluster.ConversationMembership(id).Restart(restart));
    }

    public Task<EntryResult> ReportEpoch(ReportEpochRequest request) =>
        ChangeAsync(
            Field.Required(request).Conversation, request.Message, EntryKind.EpochReported, epoch: Field.NotNegative(request.Epoch));

    public Task<EntryResult> ChangeRole(ChangeRoleRequest request) =>
        ChangeAsync(
            Field.Required(request).Conversation,
            request.Message,
            EntryKind.RoleChanged,
            target: Field.User(request.User),
            role: Field.Known(request.Role));

    public Task<EntryResult> LeaveConversation(LeaveConversationRequest request) =>
        ChangeAsync(Field.Required(request).Conversation, request.Message, EntryKind.MemberLeft);

    public async Task<GetConversationResult> GetConversation(Guid conversation)
    {
        ConversationId id = Field.Conversation(conversation);
        return WireRecords.Of(id, await cluster.ConversationMembership(id).Describe(new DescribeConversation(Caller)));
    }

    public async Task<GetWelcomeResult> GetWelcome(Guid conversation)
    {
        WelcomeRead read = await cluster.ConversationMembership(Field.Conversation(conversation)).ReadWelcome(new ReadWelcome(Caller));
        return new GetWelcomeResult(read.Status, read.Welcome, read.Epoch, read.Seq);
    }

    private async Task<EntryResult> ChangeAsync(
        Guid conversation, Guid message, EntryKind kind, UserId target = default, MemberRole role = default, long epoch = 0)
    {
        ConversationId id = Field.Conversation(conversation);
        ChangeMembership change = new(Caller, Field.Message(message), kind, target, role, epoch);
        return WireRecords.Of(await cluster.ConversationMembership(id).Change(change));
    }
}
