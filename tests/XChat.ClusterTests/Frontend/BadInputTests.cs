using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Logging;

using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;
using XChat.Protocol.Delivery;
using XChat.Protocol.History;
using XChat.Protocol.Reports;
using XChat.Protocol.Transparency;
using XChat.Protocol.Wallets;

namespace XChat.ClusterTests.Frontend;

/// <summary>
/// What no grain should ever see. Nobody plays the grains here, so that a request that gets past the frontend fails as a bug and not as
/// invalid.
/// </summary>
public sealed class BadInputTests
{
    private static readonly Guid Id = Guid.NewGuid();
    private static readonly byte[] One = [1];
    private static readonly byte[] None = [];
    private static readonly Amount TenEuros = new("1000", "EUR");
    private static readonly CreatePaymentRequest Asked = new(Id, Id, Split: false, TenEuros, [new RequestedShare(Id, TenEuros)]);

    /// <summary>Method, arguments, and the field that is wrong.</summary>
    private static readonly (string Method, object? Argument, string Field)[] HubCalls =
    [
        (nameof(IChatHub.FindAccountByHandle), null, "handle"),
        (nameof(IChatHub.FindAccountByHandle), "", "handle"),
        (nameof(IChatHub.FindAccountByHandle), new string('a', 32), "handle"),
        (nameof(IChatHub.FindAccount), Guid.Empty, "user"),
        (nameof(IChatHub.PublishDeviceList), null, "request"),
        (nameof(IChatHub.PublishDeviceList), new PublishDeviceListRequest(null!), "deviceList"),
        (nameof(IChatHub.PublishDeviceList), new PublishDeviceListRequest(new byte[Limits.DeviceListBytes + 1]), "deviceList"),
        (nameof(IChatHub.PublishKeyPackages), new PublishKeyPackagesRequest(null!, null), "oneTime"),
        (nameof(IChatHub.PublishKeyPackages), new PublishKeyPackagesRequest([One, None], null), "oneTime"),
        (nameof(IChatHub.PublishKeyPackages), new PublishKeyPackagesRequest([One, null!], null), "oneTime"),
        (nameof(IChatHub.PublishKeyPackages), new PublishKeyPackagesRequest([.. Enumerable.Repeat(One, 101)], null), "oneTime"),
        (nameof(IChatHub.PublishKeyPackages), new PublishKeyPackagesRequest([], new byte[Limits.KeyPackageBytes + 1]), "lastResort"),
        (nameof(IChatHub.ReportMessage), new ReportMessageRequest(Guid.Empty, 1, One, new byte[32], ""), "conversation"),
        (nameof(IChatHub.ReportMessage), new ReportMessageRequest(Id, 0, One, new byte[32], ""), "seq"),
        (nameof(IChatHub.ReportMessage), new ReportMessageRequest(Id, 1, None, new byte[32], ""), "content"),
        (nameof(IChatHub.ReportMessage), new ReportMessageRequest(Id, 1, new byte[Limits.ReportContentBytes + 1], new byte[32], ""), "content"),
        (nameof(IChatHub.ReportMessage), new ReportMessageRequest(Id, 1, One, One, ""), "key"),
        (nameof(IChatHub.ReportMessage), new ReportMessageRequest(Id, 1, One, new byte[32], null!), "reason"),
        (nameof(IChatHub.ReportMessage), new ReportMessageRequest(Id, 1, One, new byte[32], new string('x', Limits.ReportReasonBytes + 1)), "reason"),
        (nameof(IChatHub.AppendHistory), new AppendHistoryRequest(0, new byte[32], One), "number"),
        (nameof(IChatHub.AppendHistory), new AppendHistoryRequest(1, One, One), "previous"),
        (nameof(IChatHub.AppendHistory), new AppendHistoryRequest(1, new byte[32], None), "segment"),
        (nameof(IChatHub.AppendHistory), new AppendHistoryRequest(1, new byte[32], new byte[Limits.HistorySegmentBytes + 1]), "segment"),
        (nameof(IChatHub.ReadHistory), new ReadHistoryRequest(-1, 0), "before"),
        (nameof(IChatHub.ReadHistory), new ReadHistoryRequest(0, -1), "after"),
        (nameof(IChatHub.ClaimKeyPackages), new ClaimKeyPackagesRequest(null!), "users"),
        (nameof(IChatHub.ClaimKeyPackages), new ClaimKeyPackagesRequest([]), "users"),
        (nameof(IChatHub.ClaimKeyPackages), new ClaimKeyPackagesRequest([Id, Guid.Empty]), "users"),
        (nameof(IChatHub.ClaimKeyPackages), new ClaimKeyPackagesRequest([.. Enumerable.Repeat(Id, 65)]), "users"),
        (nameof(IChatHub.CreateConversation), new CreateConversationRequest(Guid.Empty, Id, ConversationType.Group, Id, One, null), "conversation"),
        (nameof(IChatHub.CreateConversation), new CreateConversationRequest(Id, Guid.Empty, ConversationType.Group, Id, One, null), "message"),
        (nameof(IChatHub.CreateConversation), new CreateConversationRequest(Id, Id, ConversationType.Unspecified, Id, One, null), "type"),
        (nameof(IChatHub.CreateConversation), new CreateConversationRequest(Id, Id, (ConversationType)77, Id, One, null), "type"),
        (nameof(IChatHub.CreateConversation), new CreateConversationRequest(Id, Id, ConversationType.Group, Guid.Empty, One, null), "group"),
        (nameof(IChatHub.CreateConversation), new CreateConversationRequest(Id, Id, ConversationType.Group, Id, None, null), "commit"),
        (nameof(IChatHub.CreateConversation), new CreateConversationRequest(Id, Id, ConversationType.Group, Id, One, None), "welcome"),
        (nameof(IChatHub.SendMessage), new SendMessageRequest(Guid.Empty, Id, One), "conversation"),
        (nameof(IChatHub.SendMessage), new SendMessageRequest(Id, Guid.Empty, One), "message"),
        (nameof(IChatHub.SendMessage), new SendMessageRequest(Id, Id, null!), "payload"),
        (nameof(IChatHub.SendMessage), new SendMessageRequest(Id, Id, new byte[Limits.MessageBytes + 1]), "payload"),
        (nameof(IChatHub.CommitEpoch), new CommitEpochRequest(Id, Id, new byte[Limits.CommitBytes + 1], null), "commit"),
        (nameof(IChatHub.CommitEpoch), new CommitEpochRequest(Id, Id, One, new byte[Limits.WelcomeBytes + 1]), "welcome"),
        (nameof(IChatHub.RestartGroup), new RestartGroupRequest(Id, Id, Guid.Empty, One, null), "group"),
        (nameof(IChatHub.ReportEpoch), new ReportEpochRequest(Id, Id, -1), "epoch"),
        (nameof(IChatHub.ReportEpoch), new ReportEpochRequest(Id, Guid.Empty, 1), "message"),
        (nameof(IChatHub.ChangeRole), new ChangeRoleRequest(Id, Id, Guid.Empty, MemberRole.Admin), "user"),
        (nameof(IChatHub.ChangeRole), new ChangeRoleRequest(Id, Id, Id, (MemberRole)(-1)), "role"),
        (nameof(IChatHub.LeaveConversation), new LeaveConversationRequest(Guid.Empty, Id), "conversation"),
        (nameof(IChatHub.DeleteMessage), new DeleteMessageRequest(Id, Id, 0), "seq"),
        (nameof(IChatHub.DeleteMessage), new DeleteMessageRequest(Id, Id, long.MinValue), "seq"),
        (nameof(IChatHub.SetTimer), new SetTimerRequest(Id, Id, -1), "seconds"),
        (nameof(IChatHub.SetTimer), new SetTimerRequest(Id, Id, Limits.TimerSeconds + 1), "seconds"),
        (nameof(IChatHub.AdvanceCursor), new AdvanceCursorRequest(Id, -1, 0), "deliveredSeq"),
        (nameof(IChatHub.AdvanceCursor), new AdvanceCursorRequest(Id, 0, -1), "readSeq"),
        (nameof(IChatHub.ReadEntries), new ReadEntriesRequest(Id, -1, false, 1), "seq"),
        (nameof(IChatHub.ReadEntries), new ReadEntriesRequest(Id, 0, false, 0), "limit"),
        (nameof(IChatHub.ReadEntries), new ReadEntriesRequest(Id, 0, false, Limits.EntriesPerPage + 1), "limit"),
        (nameof(IChatHub.ListConversations), new ListConversationsRequest(Id, int.MaxValue), "limit"),
        (nameof(IChatHub.GetConversation), Guid.Empty, "conversation"),
        (nameof(IChatHub.GetWelcome), Guid.Empty, "conversation"),
        (nameof(IChatHub.LookUpStatement), new LookUpStatementRequest("", 1, 0), "handle"),
        (nameof(IChatHub.LookUpStatement), new LookUpStatementRequest("alice", -1, 0), "version"),
        (nameof(IChatHub.LookUpStatement), new LookUpStatementRequest("alice", 1, -1), "fromSize"),
        (nameof(IChatHub.GetLogHead), new GetLogHeadRequest(-1), "fromSize"),
        (nameof(IChatHub.GetLogKeys), 0, "fromNumber"),
        (nameof(IChatHub.SendSignal), new SendSignalRequest(Id, new byte[Limits.SignalBytes + 1]), "payload"),
        (nameof(IChatHub.Pay), new PayRequest(One, new byte[64], null), "order"),
        (nameof(IChatHub.Pay), new PayRequest(new byte[PaymentOrder.Size], None, null), "signature"),
        (nameof(IChatHub.Pay), new PayRequest(null!, null!, null), "order"),
        (nameof(IChatHub.ResolvePayment), new ResolvePaymentRequest(Guid.Empty, Id, PaymentAnswer.Accept), "command"),
        (nameof(IChatHub.ResolvePayment), new ResolvePaymentRequest(Id, Guid.Empty, PaymentAnswer.Accept), "transfer"),
        (nameof(IChatHub.ResolvePayment), new ResolvePaymentRequest(Id, Id, (PaymentAnswer)9), "answer"),
        (nameof(IChatHub.GetBalances), new GetBalancesRequest("XXX"), "currency"),
        (nameof(IChatHub.GetStatement), new GetStatementRequest(null!, 0, 1, 0, 0, default, default), "currency"),
        (nameof(IChatHub.GetStatement), new GetStatementRequest("EUR", -1, 1, 0, 0, default, default), "before"),
        (nameof(IChatHub.GetStatement), new GetStatementRequest("EUR", 0, Limits.StatementEntriesPerPage + 1, 0, 0, default, default), "limit"),
        (nameof(IChatHub.GetStatement), new GetStatementRequest("EUR", 0, 1, long.MaxValue, 0, default, default), "fromMs"),
        (nameof(IChatHub.GetStatement), new GetStatementRequest("EUR", 0, 1, 0, -5, default, default), "untilMs"),
        (nameof(IChatHub.GetStatement), new GetStatementRequest("EUR", 0, 1, 0, 0, (TransferReason)99, default), "reason"),
        (nameof(IChatHub.GetStatement), new GetStatementRequest("EUR", 0, 1, 0, 0, default, (StatementDirection)3), "direction"),
        (nameof(IChatHub.GetTransfer), Guid.Empty, "transfer"),
        (nameof(IChatHub.ListRails), null, "request"),
        (nameof(IChatHub.ListRails), new ListRailsRequest("XXX"), "currency"),
        (nameof(IChatHub.Deposit), null, "request"),
        (nameof(IChatHub.Deposit), new DepositRequest(Guid.Empty, "sim", TenEuros), "payment"),
        (nameof(IChatHub.Deposit), new DepositRequest(Id, "", TenEuros), "rail"),
        (nameof(IChatHub.Deposit), new DepositRequest(Id, new string('r', Limits.RailNameLength + 1), TenEuros), "rail"),
        (nameof(IChatHub.Deposit), new DepositRequest(Id, "sim", null!), "amount"),
        (nameof(IChatHub.Deposit), new DepositRequest(Id, "sim", new Amount("1e3", "EUR")), "amount"),
        (nameof(IChatHub.Withdraw), null, "request"),
        (nameof(IChatHub.Withdraw), new WithdrawRequest(One, new byte[64], "sim", ""), "order"),
        (nameof(IChatHub.Withdraw), new WithdrawRequest(new byte[WithdrawalOrder.Size], One, "sim", ""), "signature"),
        (nameof(IChatHub.Withdraw), new WithdrawRequest(new byte[WithdrawalOrder.Size], new byte[64], "", ""), "rail"),
        (nameof(IChatHub.Withdraw), new WithdrawRequest(new byte[WithdrawalOrder.Size], new byte[64], "sim", null!), "destination"),
        (nameof(IChatHub.Withdraw), new WithdrawRequest(new byte[WithdrawalOrder.Size], new byte[64], "sim", new string('d', 141)), "destination"),
        (nameof(IChatHub.Withdraw), new WithdrawRequest(new byte[WithdrawalOrder.Size], new byte[64], "sim", ""), "order"),
        (nameof(IChatHub.GetRailPayment), Guid.Empty, "payment"),
        (nameof(IChatHub.OpenDispute), null, "request"),
        (nameof(IChatHub.OpenDispute), new OpenDisputeRequest(Guid.Empty, "late"), "transfer"),
        (nameof(IChatHub.OpenDispute), new OpenDisputeRequest(Guid.NewGuid(), ""), "reason"),
        (nameof(IChatHub.OpenDispute), new OpenDisputeRequest(Guid.NewGuid(), new string('x', 501)), "reason"),
        (nameof(IChatHub.WithdrawDispute), Guid.Empty, "transfer"),
        (nameof(IChatHub.GetDispute), Guid.Empty, "transfer"),
        (nameof(IChatHub.RedeemPayerCode), null, "request"),
        (nameof(IChatHub.RedeemPayerCode), new RedeemPayerCodeRequest(One, new byte[64], TenEuros), "code"),
        (nameof(IChatHub.RedeemPayerCode), new RedeemPayerCodeRequest(new byte[PayerCode.Size], One, TenEuros), "signature"),
        (nameof(IChatHub.RedeemPayerCode), new RedeemPayerCodeRequest(new byte[PayerCode.Size], new byte[64], null!), "amount"),
        (nameof(IChatHub.RedeemPayerCode), new RedeemPayerCodeRequest(new byte[PayerCode.Size], new byte[64], TenEuros), "code"),
        (nameof(IChatHub.CreateRedPacket), null, "request"),
        (nameof(IChatHub.CreateRedPacket), new CreateRedPacketRequest(One, new byte[64]), "order"),
        (nameof(IChatHub.CreateRedPacket), new CreateRedPacketRequest(new byte[RedPacketOrder.Size], One), "signature"),
        (nameof(IChatHub.CreateRedPacket), new CreateRedPacketRequest(new byte[RedPacketOrder.Size], new byte[64]), "order"),
        (nameof(IChatHub.OpenRedPacket), Guid.Empty, "packet"),
        (nameof(IChatHub.GetRedPacket), Guid.Empty, "packet"),
        (nameof(IChatHub.RequestPayment), Asked with { Request = Guid.Empty }, "request"),
        (nameof(IChatHub.RequestPayment), Asked with { Conversation = Guid.Empty }, "conversation"),
        (nameof(IChatHub.RequestPayment), Asked with { Total = null! }, "total"),
        (nameof(IChatHub.RequestPayment), Asked with { Total = new Amount("1.5", "EUR") }, "total"),
        (nameof(IChatHub.RequestPayment), Asked with { Total = new Amount("9223372036854775808", "EUR") }, "total"),
        (nameof(IChatHub.RequestPayment), Asked with { Total = new Amount("1", "XXX") }, "total"),
        (nameof(IChatHub.RequestPayment), Asked with { Shares = [] }, "shares"),
        (nameof(IChatHub.RequestPayment), Asked with { Shares = [new RequestedShare(Id, new Amount("1000", "USD"))] }, "shares"),
        (nameof(IChatHub.RequestPayment), Asked with { Shares = [new RequestedShare(Id, null!)] }, "shares"),
        (nameof(IChatHub.RequestPayment), Asked with { Shares = [null!] }, "shares"),
        (nameof(IChatHub.RequestPayment), Asked with { Shares = [new RequestedShare(Guid.Empty, TenEuros)] }, "shares"),
        (nameof(IChatHub.RequestPayment), Asked with { Shares = [new RequestedShare(Id, new Amount("1e3", "EUR"))] }, "shares"),
        (nameof(IChatHub.RequestPayment), Asked with { Shares = [.. Enumerable.Repeat(new RequestedShare(Id, TenEuros), 1001)] }, "shares"),
        (nameof(IChatHub.AnswerRequest), new AnswerPaymentRequest(Guid.Empty, Cancel: true), "request"),
        (nameof(IChatHub.GetPaymentRequest), Guid.Empty, "request"),
        (nameof(IChatHub.ListPaymentRequests), new ListPaymentRequestsRequest(Id, 0), "limit"),
        (nameof(IChatHub.ListPaymentRequests), new ListPaymentRequestsRequest(Id, Limits.PaymentRequestsPerPage + 1), "limit"),
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_hub_method_has_a_row() =>
        Assert.Empty(typeof(IChatHub).GetMethods().Select(method => method.Name).Except(HubCalls.Select(row => row.Method)));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_hub_names_the_field_that_is_wrong(bool json)
    {
        await using FrontendHost host = await FrontendHost.StartAsync(
            ("XChat:RateLimits:Calls:Burst", "10000"), ("XChat:RateLimits:Claims:Burst", "10000"));
        await using HubConnection connection = await host.ConnectAsync(FrontendHost.NewCaller(), json);
        foreach ((string method, object? argument, string field) in HubCalls)
        {
            HubException refused = await Assert.ThrowsAsync<HubException>(
                () => connection.InvokeCoreAsync(method, typeof(object), [argument], Cancelled));

            Assert.True(
                refused.Message.StartsWith($"invalid_argument: The field {field} ", StringComparison.Ordinal), $"{method}({argument}): {refused.Message}");
        }

        Assert.Equal(HubConnectionState.Connected, connection.State);
        Assert.DoesNotContain(host.Log.Lines, line => line.Level >= LogLevel.Warning);
    }

    [Theory]
    [InlineData(Routes.Accounts, "{}", "user")]
    [InlineData(Routes.Accounts, """{"user":"x"}""", "user")]
    [InlineData(Routes.Accounts, """{"user":"ID"}""", "handle")]
    [InlineData(Routes.Accounts, """{"user":"ID","handle":"alice","accountKey":"AAAA"}""", "accountKey")]
    [InlineData(Routes.Accounts, """{"user":"ID","handle":"alice","accountKey":"KEY"}""", "deviceList")]
    [InlineData(Routes.Accounts, """{"user":"ID","handle":"alice","accountKey":"KEY","deviceList":"AAAA","proofTimeMs":-1}""", "proofTimeMs")]
    [InlineData(Routes.Accounts, """{"user":"ID","handle":"alice","accountKey":"%%%"}""", "accountKey")]
    [InlineData(Routes.Accounts, """{"user":"ID","handle":"alice","accountKey":"KEY","deviceList":"AAAA","proofNonce":1e99}""", "proofNonce")]
    [InlineData(Routes.Challenges, """{"user":"ID"}""", "device")]
    [InlineData(Routes.Challenges, """{"device":"ID"}""", "user")]
    [InlineData(Routes.Sessions, """{"user":"ID","device":"ID","challenge":"AAAA"}""", "challenge")]
    [InlineData(Routes.Sessions, """{"user":"ID","device":"ID","challenge":"KEY","signature":"KEY"}""", "signature")]
    [InlineData(Routes.Sessions, "[]", null)]
    [InlineData(Routes.Sessions, "null", null)]
    [InlineData(Routes.Sessions, "", null)]
    [InlineData(Routes.Sessions, "{", null)]
    [InlineData(Routes.Sessions, "\u0000\u0001", null)]
    [InlineData(Routes.Sessions, "NESTED", null)]
    [InlineData(Routes.Sessions, "LONG", null)]
    public async Task An_endpoint_names_the_field_that_is_wrong(string path, string body, string? field)
    {
        await using FrontendHost host = await FrontendHost.StartAsync();
        string sent = body.Replace("ID", Guid.NewGuid().ToString(), StringComparison.Ordinal)
            .Replace("KEY", Convert.ToBase64String(new byte[32]), StringComparison.Ordinal)
            .Replace("NESTED", new string('[', 10_000), StringComparison.Ordinal)
            .Replace("LONG", $"\"{new string('a', 100_000)}\"", StringComparison.Ordinal);
        using StringContent content = new(sent, Encoding.UTF8, "application/json");

        using HttpResponseMessage response = await host.Http.PostAsync(new Uri(host.Url + path), content, Cancelled);

        string answer = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.Equal(("application/problem+json", HttpStatusCode.BadRequest), (response.Content.Headers.ContentType?.MediaType, response.StatusCode));
        using JsonDocument problem = JsonDocument.Parse(answer);
        Assert.Equal(ErrorReason.InvalidArgument, problem.RootElement.GetProperty("reason").GetString());
        Assert.Equal(field, problem.RootElement.TryGetProperty("field", out JsonElement named) ? named.GetString() : null);
        Assert.DoesNotContain("System.", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(host.Log.Lines, line => line.Level >= LogLevel.Warning);
    }

    [Theory]
    [InlineData("GET", "/v1/nothing", HttpStatusCode.NotFound, ErrorReason.NotFound)]
    [InlineData("PUT", Routes.Sessions, HttpStatusCode.NotFound, ErrorReason.NotFound)]
    [InlineData("DELETE", Routes.Sessions, HttpStatusCode.Unauthorized, ErrorReason.Unauthenticated)]
    [InlineData("GET", Routes.Hub, HttpStatusCode.Unauthorized, ErrorReason.Unauthenticated)]
    public async Task Every_refusal_of_a_path_has_its_reason(string method, string path, HttpStatusCode status, string reason)
    {
        await using FrontendHost host = await FrontendHost.StartAsync();
        using HttpRequestMessage request = new(new HttpMethod(method), path);

        using HttpResponseMessage response = await host.Http.SendAsync(request, Cancelled);

        Assert.Equal(status, response.StatusCode);
        using JsonDocument problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal(reason, problem.RootElement.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_bug_in_an_endpoint_shows_nothing_internal()
    {
        await using FrontendHost host = await FrontendHost.StartAsync();
        string body = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"user":"{{Id}}","handle":"alice","accountKey":"{{Convert.ToBase64String(new byte[32])}}","deviceList":"AAAA","proofTimeMs":1}""");
        using StringContent content = new(body, Encoding.UTF8, "application/json");

        using HttpResponseMessage response = await host.Http.PostAsync(new Uri(host.Url + Routes.Accounts), content, Cancelled);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        string answer = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.DoesNotContain("Secret detail", answer, StringComparison.Ordinal);
        Assert.Contains("\"reason\":\"internal\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_describes_itself_to_anyone()
    {
        await using FrontendHost host = await FrontendHost.StartAsync(("XChat:RegistrationDifficulty", "7"));

        string answer = await host.Http.GetStringAsync(new Uri(host.Url + Routes.Server), Cancelled);

        ServerInfo server = JsonSerializer.Deserialize<ServerInfo>(answer, JsonSerializerOptions.Web)!;
        Assert.Equal(7, server.RegistrationDifficulty);
        Assert.NotEmpty(server.Version);
        TimeSpan ahead = DateTimeOffset.FromUnixTimeMilliseconds(server.TimeMs) - TimeProvider.System.GetUtcNow();
        Assert.InRange(ahead, TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(1));
    }
}
