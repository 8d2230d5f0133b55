using System.CommandLine;

using XChat.Admin;
using XChat.ClusterTests.Access;
using XChat.Crypto.Franking;
using XChat.GrainInterfaces.Conversations;
using XChat.GrainInterfaces.Reports;
using XChat.Protocol.Conversations;
using XChat.Protocol.Reports;
using XChat.Testing.Conversations;
using XChat.Testing.Database;

namespace XChat.ClusterTests.Reports;

/// <summary>Reports on the whole server: who may make which, and what reaches the operator.</summary>
public sealed class ReportTests(PostgresFixture postgres)
{
    private static readonly byte[] Content = [0x93, 0x01, 0x01, 0x81, 0xa4, (byte)'t', (byte)'e', (byte)'x', (byte)'t', 0xa2, (byte)'n', (byte)'o'];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_genuine_report_is_kept_once_and_forged_ones_not_at_all()
    {
        await using AccessScene scene = await AccessScene.StartAsync(postgres);
        byte[] key = MessageFrank.NewKey();
        long seq = await SendAsync(scene, key);
        ReportMessage genuine = new(scene.Alice.CallerOf(), scene.Group, seq, Content, key, "rude");

        Assert.Equal(ReportStatus.Forged, await ReportAsync(scene, genuine with { Content = [.. Content, 0] }));
        Assert.Equal(ReportStatus.Forged, await ReportAsync(scene, genuine with { Key = MessageFrank.NewKey() }));
        Assert.Equal(ReportStatus.Forged, await ReportAsync(scene, genuine with { Seq = AccessScene.Messages.OfBob }));
        Assert.Equal(ReportStatus.NotFound, await ReportAsync(scene, genuine with { Seq = seq + 100 }));
        Assert.Equal(ReportStatus.NotFound, await ReportAsync(scene, genuine with { Caller = scene.Bob.CallerOf() }));
        Assert.Equal(ReportStatus.NotMember, await ReportAsync(scene, genuine with { Caller = scene.Mallory.CallerOf() }));
        Assert.Equal(0, await scene.Server.CountAsync("message_report"));

        Assert.Equal(ReportStatus.Accepted, await ReportAsync(scene, genuine));
        Assert.Equal(ReportStatus.AlreadyAccepted, await ReportAsync(scene, genuine with { Reason = "again" }));
        Assert.Equal(1, await scene.Server.CountAsync("message_report"));
    }

    [Fact]
    public async Task The_operator_lists_reports_and_reads_one_which_is_audited()
    {
        await using AccessScene scene = await AccessScene.StartAsync(postgres);
        byte[] key = MessageFrank.NewKey();
        long seq = await SendAsync(scene, key);
        _ = await ReportAsync(scene, new ReportMessage(scene.Alice.CallerOf(), scene.Group, seq, Content, key, "rude"));

        string list = await AdminAsync(scene, "reports", "list");
        string shown = await AdminAsync(scene, "reports", "show", "1");

        Assert.Contains(scene.Bob.User.Value.ToString("D"), list, StringComparison.Ordinal);
        Assert.Contains("rude", list, StringComparison.Ordinal);
        Assert.DoesNotContain("\"no\"", list, StringComparison.Ordinal);
        Assert.Contains("{\"text\":\"no\"}", shown, StringComparison.Ordinal);
        Assert.Equal(1, await scene.Server.CountAsync("operator_action", "action = 'report.show' AND subject = 'report 1'"));
    }

    private static async Task<long> SendAsync(AccessScene scene, byte[] key)
    {
        MessageId message = MessageId.New();
        byte[] data = MessageFrank.AuthenticatedData(key, scene.Group.Value, message.Value, Content);
        byte[] payload = MlsBytes.Message(scene.MlsGroup, AccessScene.Epoch, authenticatedData: data);
        EntryAppended sent = await scene.Server.Grains.Conversation(scene.Group).Append(new AppendMessage(scene.Bob.CallerOf(), message, payload));
        Assert.Equal(ConversationStatus.Accepted, sent.Status);
        return sent.Seq;
    }

    private static async Task<ReportStatus> ReportAsync(AccessScene scene, ReportMessage report) =>
        (await scene.Server.Grains.Reports(report.Caller.User).Report(report)).Status;

    private static async Task<string> AdminAsync(AccessScene scene, params string[] arguments)
    {
        await using StringWriter output = new();
        InvocationConfiguration configuration = new() { Output = output, Error = output };
        string[] all = [.. arguments, "--postgres", scene.Server.ConnectionString, "--operator", "ana"];
        Assert.Equal(0, await AdminCommandLine.Create().Parse(all).InvokeAsync(configuration, Cancelled));
        return output.ToString();
    }
}
