using Npgsql;

using NpgsqlTypes;

using XChat.Client;
using XChat.Client.Transparency;
using XChat.Crypto.Transparency;
using XChat.EndToEndTests.Standalone;

namespace XChat.EndToEndTests.Client;

/// <summary><c>xchat audit</c> against real servers: a whole log passes, a changed one does not.</summary>
[Collection(typeof(ClusterCollection))]
public sealed class KeyLogTests(ClusterFixture cluster)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_audit_passes_on_the_real_log_and_fails_when_a_row_was_changed()
    {
        await using People people = new();
        XChatClient alice = await people.JoinAsync(cluster.Servers[0], "alice", Cancelled);
        XChatClient bob = await people.JoinAsync(cluster.Servers[1], "bob", Cancelled);
        Guid chat = await alice.OpenDirectAsync(bob.RequireSelf().Handle, Cancelled);
        await alice.SendAsync(chat, "hello", Cancelled);
        await People.ExpectAsync(bob, chat, ["hello"], Cancelled);
        Assert.Empty(await bob.WarningsAsync(Cancelled));
        using TemporaryFolder folder = new();
        string[] audit = ["audit", "--server", cluster.Servers[1].OriginalString, "--profile", folder.Path];

        string[] whole = await XChatProcess.SucceedAsync(Cancelled, audit);
        Assert.Matches(@"^\d+ statements about \d+ handles, signed by key 1$", whole[0]);
        Assert.True((await alice.AuditAsync(Cancelled)).Passed);

        long changed = await ChangeAsync();
        try
        {
            XChatProcess.Ended tampered = await XChatProcess.RunAsync(Cancelled, audit);
            Assert.Equal(7, tampered.ExitCode);
            Assert.Contains(tampered.Output, line => line.StartsWith("WRONG: ", StringComparison.Ordinal));
            Assert.False((await alice.AuditAsync(Cancelled)).Passed);
        }
        finally
        {
            _ = await ChangeAsync(changed);
        }

        Assert.True((await alice.AuditAsync(Cancelled)).Passed);
    }

    [Fact]
    public async Task An_audit_finds_a_head_that_was_shown_once_with_another_map()
    {
        await using People people = new();
        XChatClient alice = await people.JoinAsync(cluster.Servers[0], "alice", Cancelled);
        Assert.True((await alice.AuditAsync(Cancelled)).Passed);
        StoredLogHead known = alice.Store.Read(transaction => transaction.Setting<StoredLogHead>(StoredLogHead.Setting))!;
        Assert.True(SignedLogHead.TryDecode(known.SignedHead, out SignedLogHead? head));
        byte[] lie = (head with { Head = head.Head with { MapRoot = new byte[32] } }).Encode();
        alice.Store.Write(transaction => transaction.PutSetting(
            StoredLogHead.Setting, StoredLogHead.After(known with { Seen = [lie] }, known.KeyNumber, known.PublicKey, known.SignedHead)));

        AuditReport report = await alice.AuditAsync(Cancelled);

        Assert.Contains(report.Problems, problem => problem.Contains("or the map over them", StringComparison.Ordinal));
    }

    /// <summary>Flips a bit of the account key in a statement, the newest unless it is said which; twice is as before.</summary>
    private async Task<long> ChangeAsync(long? index = null)
    {
        await using NpgsqlCommand command = cluster.Database.DataSource.CreateCommand(
            """
            UPDATE key_log_entry SET statement = set_byte(statement, octet_length(statement) - 80, get_byte(statement, octet_length(statement) - 80) # 1)
            WHERE index = coalesce($1, (SELECT max(index) FROM key_log_entry))
            RETURNING index::bigint
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = index ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        return Assert.IsType<long>(await command.ExecuteScalarAsync(Cancelled));
    }
}
