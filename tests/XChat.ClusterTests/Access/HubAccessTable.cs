using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;
using XChat.Protocol.Delivery;
using XChat.Protocol.History;
using XChat.Protocol.Reports;
using XChat.Protocol.Transparency;
using XChat.Protocol.Wallets;
using XChat.Testing.Accounts;

namespace XChat.ClusterTests.Access;

/// <summary>
/// What each hub method answers the owner of a group, somebody else, and a former member, who all ask for the same. Who has no live session gets
/// to none of them.
/// </summary>
internal static class HubAccessTable
{
    private const string NotMember = nameof(ConversationStatus.NotMember);
    private const string Accepted = nameof(ConversationStatus.Accepted);

    private static readonly Amount OneEuro = new("100", "EUR");

    /// <summary>In an order in which the owner can call all of them.</summary>
    public static readonly Row[] Rows =
    [
        // Public: whoever has an account may look up others, and claim key packages in order to write to them.
        new(nameof(IChatHub.FindAccountByHandle), (_, _) => "@alice", "found", "found", "found"),
        new(nameof(IChatHub.FindAccount), (scene, _) => scene.Alice.User.Value, "found", "found", "found"),
        new(nameof(IChatHub.ClaimKeyPackages), (scene, _) => new ClaimKeyPackagesRequest([scene.Alice.User.Value]), "1 packages", "1 packages", "1 packages"),

        // The key log is the same for everybody.
        new(nameof(IChatHub.LookUpStatement), (_, _) => new LookUpStatementRequest("alice", 1, 0), "Found", "Found", "Found"),
        new(nameof(IChatHub.GetLogHead), (_, _) => new GetLogHeadRequest(0), "head", "head", "head"),
        new(nameof(IChatHub.GetLogKeys), (_, _) => 1, "1 keys", "1 keys", "1 keys"),

        // One's own account: whatever is presented has to be signed by its own keys.
        new(
            nameof(IChatHub.PublishDeviceList), (scene, _) => new PublishDeviceListRequest(scene.Alice.SignedList(4, scene.Alice.Device)),
            Accepted, nameof(PublishDeviceListStatus.Invalid), nameof(PublishDeviceListStatus.Invalid)),
        new(
            nameof(IChatHub.PublishKeyPackages), (scene, _) => new PublishKeyPackagesRequest(scene.Alice.NewKeyPackages(1), null),
            Accepted, nameof(KeyPackageStatus.Invalid), nameof(KeyPackageStatus.Invalid)),
        // Who is in the group may report what is in it; the filling of these messages is no content with a commitment.
        Refused(
            nameof(IChatHub.ReportMessage),
            (scene, _) => new ReportMessageRequest(scene.Group.Value, AccessScene.Messages.OfBob, [1], new byte[32], "reason"),
            owner: nameof(ReportStatus.Forged)),

        // One's own history: who follows up another's has nothing that it could follow.
        new(
            nameof(IChatHub.AppendHistory), (scene, by) => new AppendHistoryRequest(by == scene.Alice ? 1 : 2, new byte[32], [1]),
            Accepted, nameof(HistoryStatus.Behind), nameof(HistoryStatus.Behind)),
        new(nameof(IChatHub.ReadHistory), (_, _) => new ReadHistoryRequest(0, 0), "1 segments", "0 segments", "0 segments"),
        new(nameof(IChatHub.ListConversations), (_, _) => new ListConversationsRequest(default, 100), "1 conversations", "0 conversations", "0 conversations"),

        // One's own money. A payment is its two parties' alone; that it exists is not told to others.
        new(nameof(IChatHub.GetBalances), (_, _) => new GetBalancesRequest(null), "1 wallets", "0 wallets", "0 wallets"),
        new(nameof(IChatHub.GetStatement), (_, _) => new GetStatementRequest("EUR", 0, 10, 0, 0, default, default), "2 entries", "0 entries", "0 entries"),
        new(nameof(IChatHub.GetTransfer), (scene, _) => scene.Payment.Value, "found", "nobody", "nobody"),
        new(nameof(IChatHub.Pay), (scene, _) => scene.NewPayment(), Accepted, nameof(WalletStatus.NotAllowed), nameof(WalletStatus.NotAllowed)),
        new(
            nameof(IChatHub.ResolvePayment), (scene, _) => new ResolvePaymentRequest(NewId(), scene.Payment.Value, PaymentAnswer.Recall),
            Accepted, nameof(WalletStatus.PendingNotFound), nameof(WalletStatus.PendingNotFound)),

        // Money that comes in and goes out. A payment over a rail is its owner's alone; that it exists is not told to others.
        new(nameof(IChatHub.ListRails), (_, _) => new ListRailsRequest(null), "1 rails", "1 rails", "1 rails"),
        new(
            nameof(IChatHub.Deposit), (scene, _) => new DepositRequest(scene.DepositOfAlice, "sim", OneEuro),
            nameof(RailPaymentStatus.AlreadyAccepted), nameof(RailPaymentStatus.IdReusedWithDifferentContent),
            nameof(RailPaymentStatus.IdReusedWithDifferentContent)),
        new(
            nameof(IChatHub.GetRailPayment), (scene, _) => scene.DepositOfAlice,
            Accepted, nameof(RailPaymentStatus.NotFound), nameof(RailPaymentStatus.NotFound)),
        new(
            nameof(IChatHub.Withdraw), (scene, _) => scene.NewWithdrawal(),
            Accepted, nameof(RailPaymentStatus.NotAllowed), nameof(RailPaymentStatus.NotAllowed)),

        // What waits was not paid, so there is nothing to dispute; that it waits is not told to others.
        new(
            nameof(IChatHub.OpenDispute), (scene, _) => new OpenDisputeRequest(scene.Payment.Value, "nothing came"),
            nameof(DisputeStatus.NotCompleted), nameof(DisputeStatus.NotFound), nameof(DisputeStatus.NotFound)),
        new(
            nameof(IChatHub.GetDispute), (scene, _) => scene.Payment.Value,
            nameof(DisputeStatus.NotFound), nameof(DisputeStatus.NotFound), nameof(DisputeStatus.NotFound)),
        new(
            nameof(IChatHub.WithdrawDispute), (scene, _) => scene.Payment.Value,
            nameof(DisputeStatus.NotFound), nameof(DisputeStatus.NotFound), nameof(DisputeStatus.NotFound)),

        // A payer's code pays whoever redeems it, once; a forged one pays nobody.
        new(
            nameof(IChatHub.RedeemPayerCode), (scene, _) => scene.ForgedPayerCode(),
            nameof(WalletStatus.SignatureInvalid), nameof(WalletStatus.SignatureInvalid), nameof(WalletStatus.SignatureInvalid)),

        // Money in a conversation is for those who are in it; that there is any is not told to others.
        Refused(nameof(IChatHub.CreateRedPacket), (scene, by) => scene.RedPacket(by)),
        Refused(nameof(IChatHub.OpenRedPacket), (scene, _) => scene.PacketOfAlice),
        Refused(nameof(IChatHub.GetRedPacket), (scene, _) => scene.PacketOfAlice),
        Refused(
            nameof(IChatHub.RequestPayment), (scene, _) => new CreatePaymentRequest(
                scene.RequestOfAlice, scene.Group.Value, Split: false, OneEuro, [new RequestedShare(scene.Bob.User.Value, OneEuro)])),
        Refused(nameof(IChatHub.GetPaymentRequest), (scene, _) => scene.RequestOfAlice),
        new(nameof(IChatHub.ListPaymentRequests), (_, _) => new ListPaymentRequestsRequest(default, 10), "1 requests", "0 requests", "0 requests"),
        Refused(nameof(IChatHub.AnswerRequest), (scene, _) => new AnswerPaymentRequest(scene.RequestOfAlice, Cancel: true)),

        // A conversation is its members' alone; that it exists is not told to others.
        Refused(nameof(IChatHub.ReadEntries), (scene, _) => new ReadEntriesRequest(scene.Group.Value, 0, false, 200)),
        Refused(nameof(IChatHub.GetConversation), (scene, _) => scene.Group.Value),
        Refused(
            nameof(IChatHub.GetWelcome), (scene, _) => scene.Group.Value, owner: nameof(ConversationStatus.TargetNotFound)),
        Refused(nameof(IChatHub.AdvanceCursor), (scene, _) => new AdvanceCursorRequest(scene.Group.Value, 1, 1)),
        Refused(nameof(IChatHub.SendSignal), (scene, _) => new SendSignalRequest(scene.Group.Value, [7])),
        Refused(nameof(IChatHub.SendMessage), (scene, _) => new SendMessageRequest(scene.Group.Value, NewId(), scene.Message(AccessScene.Epoch))),
        Refused(nameof(IChatHub.DeleteMessage), (scene, _) => new DeleteMessageRequest(scene.Group.Value, NewId(), AccessScene.Messages.OfCarl)),
        Refused(nameof(IChatHub.SetTimer), (scene, _) => new SetTimerRequest(scene.Group.Value, NewId(), 60)),
        Refused(
            nameof(IChatHub.ChangeRole), (scene, _) => new ChangeRoleRequest(scene.Group.Value, NewId(), scene.Bob.User.Value, MemberRole.Admin)),
        Refused(nameof(IChatHub.ReportEpoch), (scene, _) => new ReportEpochRequest(scene.Group.Value, NewId(), AccessScene.Epoch - 1)),
        Refused(
            nameof(IChatHub.CommitEpoch),
            (scene, by) => new CommitEpochRequest(scene.Group.Value, NewId(), scene.Commit(by, 0, AccessScene.Epoch), null)),
        Refused(
            nameof(IChatHub.RestartGroup),
            (scene, by) => new RestartGroupRequest(scene.Group.Value, NewId(), scene.MlsGroup, scene.Commit(by, 0, 0), null),
            owner: nameof(ConversationStatus.CommitInvalid)),
        Refused(
            nameof(IChatHub.CreateConversation),
            (scene, by) => new CreateConversationRequest(
                scene.Group.Value, NewId(), ConversationType.Group, scene.MlsGroup, scene.Commit(by, 0, 0), null),
            owner: nameof(ConversationStatus.AlreadyExists)),
        Refused(
            nameof(IChatHub.LeaveConversation), (scene, _) => new LeaveConversationRequest(scene.Group.Value, NewId()),
            owner: nameof(ConversationStatus.LastOwner)),
    ];

    /// <summary>What a result says in a word.</summary>
    public static string Outcome(object result) => result switch
    {
        FindAccountResult found => found.Account is null ? "nobody" : "found",
        ClaimKeyPackagesResult claimed => $"{claimed.Packages.Count} packages",
        ReadHistoryResult history => $"{history.Segments.Count} segments",
        LogHeadView => "head",
        GetLogKeysResult listed => $"{listed.Keys.Count} keys",
        ListConversationsResult list => $"{list.Conversations.Count} conversations",
        GetBalancesResult balances => $"{balances.Wallets.Count} wallets",
        GetStatementResult statement => $"{statement.Entries.Count} entries",
        ListPaymentRequestsResult list => $"{list.Requests.Count} requests",
        ListRailsResult list => $"{list.Rails.Count} rails",
        GetTransferResult found => found.Transfer is null ? "nobody" : "found",
        _ => result.GetType().GetProperty("Status")?.GetValue(result)?.ToString()
            ?? throw new InvalidOperationException($"{result.GetType().Name} has no status: say here what is told by it."),
    };

    private static Row Refused(string method, Func<AccessScene, TestAccount, object> argument, string owner = Accepted) =>
        new(method, argument, owner, NotMember, NotMember);

    private static Guid NewId() => Guid.CreateVersion7();

    /// <summary>One method with the argument that a caller sends, and what three of them are answered.</summary>
    internal sealed record Row(string Method, Func<AccessScene, TestAccount, object> Argument, string Owner, string Other, string Former);
}
