using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Logging;

using XChat.GrainInterfaces.Accounts;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;
using XChat.Protocol.Delivery;
using XChat.Testing.Conversations;
using XChat.Testing.Database;

namespace XChat.ClusterTests.Access;

/// <summary>
/// A member whose client sends what no proper client would: each call gets its named answer, nothing is stored, and the connection goes on.
/// </summary>
public sealed class HostileMemberTests(PostgresFixture postgres)
{
    // Bob is leaf 1; the group is in epoch 2; seq 4 was the commit that removed Carl.
    private static readonly (string What, string Method, Func<AccessScene, object> Argument, object Answer)[] Calls =
    [
        ("a conversation that does not exist", nameof(IChatHub.SendMessage),
            scene => new SendMessageRequest(NewId(), NewId(), scene.Message(2)), ConversationStatus.NotMember),
        ("bytes that are no MLS message", nameof(IChatHub.SendMessage),
            scene => new SendMessageRequest(scene.Group.Value, NewId(), [1, 2, 3]), ConversationStatus.PayloadInvalid),
        ("a message of another group", nameof(IChatHub.SendMessage),
            scene => new SendMessageRequest(scene.Group.Value, NewId(), MlsBytes.Message(NewId(), 2)), ConversationStatus.PayloadInvalid),
        ("a message of an epoch to come", nameof(IChatHub.SendMessage),
            scene => new SendMessageRequest(scene.Group.Value, NewId(), scene.Message(3)), ConversationStatus.PayloadInvalid),
        ("a message with a byte too many", nameof(IChatHub.SendMessage),
            scene => new SendMessageRequest(scene.Group.Value, NewId(), [.. scene.Message(2), 0]), ConversationStatus.PayloadInvalid),
        ("a commit for an old epoch", nameof(IChatHub.CommitEpoch),
            scene => new CommitEpochRequest(scene.Group.Value, NewId(), scene.Commit(scene.Bob, 1, 1), null), ConversationStatus.StaleEpoch),
        ("a commit for an epoch to come", nameof(IChatHub.CommitEpoch),
            scene => new CommitEpochRequest(scene.Group.Value, NewId(), scene.Commit(scene.Bob, 1, 3), null), ConversationStatus.StaleEpoch),
        ("a commit of another group", nameof(IChatHub.CommitEpoch),
            scene => new CommitEpochRequest(scene.Group.Value, NewId(), MlsBytes.Commit(NewId(), 2, 1, scene.Bob.CallerOf()), null),
            ConversationStatus.CommitInvalid),
        ("a commit in the leaf of somebody else", nameof(IChatHub.CommitEpoch),
            scene => new CommitEpochRequest(scene.Group.Value, NewId(), scene.Commit(scene.Bob, 0, 2), null), ConversationStatus.CommitInvalid),
        ("a commit of somebody else", nameof(IChatHub.CommitEpoch),
            scene => new CommitEpochRequest(scene.Group.Value, NewId(), scene.Commit(scene.Alice, 0, 2), null), ConversationStatus.CommitInvalid),
        ("a commit that is cut off", nameof(IChatHub.CommitEpoch),
            scene => new CommitEpochRequest(scene.Group.Value, NewId(), scene.Commit(scene.Bob, 1, 2)[..^40], null), ConversationStatus.CommitInvalid),
        ("a Welcome to nobody", nameof(IChatHub.CommitEpoch),
            scene => new CommitEpochRequest(scene.Group.Value, NewId(), scene.Commit(scene.Bob, 1, 2), AccessScene.Welcome),
            ConversationStatus.CommitInvalid),
        ("bringing somebody in without being an admin", nameof(IChatHub.CommitEpoch),
            scene => new CommitEpochRequest(
                scene.Group.Value, NewId(), scene.Commit(scene.Bob, 1, 2, adds: [scene.Mallory.CallerOf()]), AccessScene.Welcome),
            ConversationStatus.NotAllowed),
        ("removing the owner", nameof(IChatHub.CommitEpoch),
            scene => new CommitEpochRequest(scene.Group.Value, NewId(), scene.Commit(scene.Bob, 1, 2, removes: [0]), null), ConversationStatus.NotAllowed),
        ("starting the group over without being an admin", nameof(IChatHub.RestartGroup),
            scene => new RestartGroupRequest(scene.Group.Value, NewId(), NewId(), scene.Commit(scene.Bob, 0, 0), null), ConversationStatus.NotAllowed),
        ("a conversation with the Welcome missing", nameof(IChatHub.CreateConversation),
            scene => NewConversation(scene, welcome: null), ConversationStatus.CommitInvalid),
        ("a conversation with a device that nobody certified", nameof(IChatHub.CreateConversation),
            scene => NewConversation(scene, AccessScene.Welcome, new Caller(scene.Alice.User, scene.StolenPhone)), ConversationStatus.DeviceNotCertified),
        ("a role for somebody who is not in", nameof(IChatHub.ChangeRole),
            scene => new ChangeRoleRequest(scene.Group.Value, NewId(), scene.Mallory.User.Value, MemberRole.Admin), ConversationStatus.NotAllowed),
        ("making oneself an owner", nameof(IChatHub.ChangeRole),
            scene => new ChangeRoleRequest(scene.Group.Value, NewId(), scene.Bob.User.Value, MemberRole.Owner), ConversationStatus.NotAllowed),
        ("the timer without being an admin", nameof(IChatHub.SetTimer),
            scene => new SetTimerRequest(scene.Group.Value, NewId(), 5), ConversationStatus.NotAllowed),
        ("deleting the message of somebody else", nameof(IChatHub.DeleteMessage),
            scene => new DeleteMessageRequest(scene.Group.Value, NewId(), AccessScene.Messages.OfCarl), ConversationStatus.NotAllowed),
        ("deleting a message that is to come", nameof(IChatHub.DeleteMessage),
            scene => new DeleteMessageRequest(scene.Group.Value, NewId(), long.MaxValue), ConversationStatus.TargetNotFound),
        ("deleting a commit", nameof(IChatHub.DeleteMessage),
            scene => new DeleteMessageRequest(scene.Group.Value, NewId(), 4), ConversationStatus.TargetNotFound),
        ("reading after the end", nameof(IChatHub.ReadEntries),
            scene => new ReadEntriesRequest(scene.Group.Value, long.MaxValue, false, 200), ConversationStatus.Accepted),
        ("key packages of another user", nameof(IChatHub.PublishKeyPackages),
            scene => new PublishKeyPackagesRequest(scene.Alice.NewKeyPackages(2), null), KeyPackageStatus.Invalid),
        ("a last resort of another user", nameof(IChatHub.PublishKeyPackages),
            scene => new PublishKeyPackagesRequest([], scene.Alice.NewKeyPackage(lastResort: true)), KeyPackageStatus.Invalid),
        ("bytes that are no key package", nameof(IChatHub.PublishKeyPackages),
            scene => new PublishKeyPackagesRequest([new byte[300]], null), KeyPackageStatus.Invalid),
        ("a device list of another user", nameof(IChatHub.PublishDeviceList),
            scene => new PublishDeviceListRequest(scene.Alice.SignedList(4, scene.Alice.Device)), PublishDeviceListStatus.Invalid),
        ("a device list that skips a version", nameof(IChatHub.PublishDeviceList),
            scene => new PublishDeviceListRequest(scene.Bob.SignedList(7, scene.Bob.Device)), PublishDeviceListStatus.StaleVersion),
        ("bytes that are no device list", nameof(IChatHub.PublishDeviceList),
            _ => new PublishDeviceListRequest(new byte[100]), PublishDeviceListStatus.Invalid),
        ("a negative seq", nameof(IChatHub.ReadEntries), scene => new ReadEntriesRequest(scene.Group.Value, -5, false, 10), "invalid_argument"),
        ("a huge page", nameof(IChatHub.ReadEntries), scene => new ReadEntriesRequest(scene.Group.Value, 0, false, int.MaxValue), "invalid_argument"),
        ("a message that is too long", nameof(IChatHub.SendMessage),
            scene => new SendMessageRequest(scene.Group.Value, NewId(), new byte[Limits.MessageBytes + 1]), "invalid_argument"),
        ("a method that does not exist", "DropAllTables", _ => "x", "not_found"),
        ("an argument of another type", nameof(IChatHub.SendMessage), _ => "x", "invalid_argument"),
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_bad_call_is_answered_by_name_and_stores_nothing(bool json)
    {
        await using AccessScene scene = await AccessScene.StartAsync(postgres, ("XChat:RateLimits:Calls:Burst", "10000"));
        await using HubConnection alice = await scene.Server.ConnectAsync(scene.Alice);
        await using HubConnection bob = await scene.Server.ConnectAsync(scene.Bob, json);
        IReadOnlyList<string> stored = await scene.Server.StoredAsync();

        List<string> answers = [];
        foreach (var call in Calls)
        {
            answers.Add($"{call.What}: {await AnswerAsync(bob, call.Method, call.Argument(scene))}");
        }

        Assert.Equal(Calls.Select(call => $"{call.What}: {call.Answer}"), answers);
        Assert.Equal(stored, await scene.Server.StoredAsync());
        Assert.Equal((HubConnectionState.Connected, HubConnectionState.Connected), (alice.State, bob.State));
        Assert.DoesNotContain(scene.Server.Log.Lines, line => line.Level >= LogLevel.Error);
        EntryResult byAlice = await SendAsync(alice, scene);
        EntryResult byBob = await SendAsync(bob, scene);
        Assert.Equal((ConversationStatus.Accepted, ConversationStatus.Accepted), (byAlice.Status, byBob.Status));
        Assert.Equal(byAlice.Seq + 1, byBob.Seq);
    }

    [Fact]
    public async Task An_id_that_is_used_again_for_something_else_is_refused_and_the_first_stands()
    {
        await using AccessScene scene = await AccessScene.StartAsync(postgres);
        await using HubConnection bob = await scene.Server.ConnectAsync(scene.Bob);
        SendMessageRequest first = new(scene.Group.Value, NewId(), scene.Message(2));
        EntryResult sent = await bob.InvokeAsync<EntryResult>(nameof(IChatHub.SendMessage), first, Cancelled);
        IReadOnlyList<string> stored = await scene.Server.StoredAsync();

        EntryResult again = await bob.InvokeAsync<EntryResult>(nameof(IChatHub.SendMessage), first, Cancelled);
        EntryResult other = await bob.InvokeAsync<EntryResult>(
            nameof(IChatHub.SendMessage), first with { Payload = MlsBytes.Message(scene.MlsGroup, 2, filling: 1) }, Cancelled);

        Assert.Equal((ConversationStatus.AlreadyAccepted, sent.Seq), (again.Status, again.Seq));
        Assert.Equal(ConversationStatus.IdReusedWithDifferentContent, other.Status);
        Assert.Equal(stored, await scene.Server.StoredAsync());
    }

    private static CreateConversationRequest NewConversation(AccessScene scene, byte[]? welcome, params Caller[] adds)
    {
        Guid group = NewId();
        byte[] commit = MlsBytes.Commit(group, 0, 0, scene.Bob.CallerOf(), adds.Length > 0 ? adds : [scene.Alice.CallerOf()]);
        return new CreateConversationRequest(NewId(), NewId(), ConversationType.Group, group, commit, welcome);
    }

    private static Task<EntryResult> SendAsync(HubConnection connection, AccessScene scene) => connection.InvokeAsync<EntryResult>(
        nameof(IChatHub.SendMessage), new SendMessageRequest(scene.Group.Value, NewId(), scene.Message(AccessScene.Epoch)), Cancelled);

    private static async Task<string> AnswerAsync(HubConnection connection, string method, object argument)
    {
        try
        {
            Type result = typeof(IChatHub).GetMethod(method)?.ReturnType.GenericTypeArguments[0] ?? typeof(object);
            return HubAccessTable.Outcome((await connection.InvokeCoreAsync(method, result, [argument], Cancelled))!);
        }
        catch (HubException refused)
        {
            return refused.Message.Split(':')[0];
        }
    }

    private static Guid NewId() => Guid.CreateVersion7();
}
