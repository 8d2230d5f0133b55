using NSec.Cryptography;

using Npgsql;

using XChat.Client;
using XChat.Client.Accounts;
using XChat.Crypto.Mls;

namespace XChat.EndToEndTests.Client;

/// <summary>The post-quantum layer of Welcomes on real servers: what is recorded there, and what a server that tampers with it gets.</summary>
[Collection(typeof(ClusterCollection))]
public sealed class WelcomeKeyTests(ClusterFixture cluster)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_recorded_Welcome_does_not_open_to_whoever_breaks_X25519()
    {
        await using People people = new();
        XChatClient alice = await people.JoinAsync(cluster.Servers[0], "alice", Cancelled);
        XChatClient bob = await people.JoinAsync(cluster.Servers[1], "bob", Cancelled);
        string handle = bob.RequireSelf().Handle;
        byte[][] bundles = [.. bob.Store.Read(transaction => transaction.KeyPackages()).Select(package => package.Bundle)];
        OwnAccount account = bob.Store.Read(transaction => transaction.Setting<OwnAccount>(OwnAccount.Setting))!;
        await bob.DisposeAsync();

        Guid chat = await alice.OpenDirectAsync(handle, Cancelled);
        await alice.SendAsync(chat, "for later", Cancelled);

        byte[] recorded = await RecordedAsync(chat);
        byte[] used = bundles.Single(bundle => MlsGroup.WelcomeIsFor(recorded, KeyPackageBundle.Deserialize(bundle).Reference));
        using Key key = Key.Import(SignatureAlgorithm.Ed25519, account.DeviceKey, KeyBlobFormat.RawPrivateKey);
        MlsGroup.Join(recorded, [KeyPackageBundle.Deserialize(used)], key, (_, _) => true).Dispose();

        // All private keys of the package but the last one, the seed of the Welcome key: 32 bytes and their length.
        MlsException refused = Assert.Throws<MlsException>(
            () => MlsGroup.Join(recorded, [KeyPackageBundle.Deserialize(used.AsSpan(0, used.Length - 33))], key, (_, _) => true));
        Assert.Equal(MlsError.BadCiphertext, refused.Error);

        XChatClient again = await people.OpenAsync(handle, cluster.Servers[0], Cancelled);
        await again.ConnectAsync(Cancelled);
        await People.ExpectAsync(again, chat, ["for later"], Cancelled);
    }

    [Theory]
    [InlineData("substring(package FOR octet_length(package) - 1216)")]
    [InlineData("set_byte(package, octet_length(package) - 8, get_byte(package, octet_length(package) - 8) # 1)")]
    public async Task A_server_that_tampers_with_Welcome_keys_is_refused(string change)
    {
        await using People people = new();
        XChatClient alice = await people.JoinAsync(cluster.Servers[0], "alice", Cancelled);
        XChatClient bob = await people.JoinAsync(cluster.Servers[1], "bob", Cancelled);
        await using NpgsqlCommand tamper = cluster.Database.DataSource.CreateCommand(
            $"UPDATE key_package SET package = {change} WHERE user_id = $1 AND package IS NOT NULL");
        tamper.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = bob.RequireSelf().User });
        Assert.True(await tamper.ExecuteNonQueryAsync(Cancelled) > 1);

        XChatException refused = await Assert.ThrowsAsync<XChatException>(() => alice.OpenDirectAsync(bob.RequireSelf().Handle, Cancelled));

        Assert.Equal(ClientErrorReason.Security, refused.Reason);
        Assert.Contains(await alice.WarningsAsync(Cancelled), warning => warning.Kind == SecurityWarningKind.Downgraded);
        Assert.Empty(await bob.ConversationsAsync(Cancelled));
    }

    private async Task<byte[]> RecordedAsync(Guid conversation)
    {
        await using NpgsqlCommand read = cluster.Database.DataSource.CreateCommand("SELECT welcome FROM conversation_welcome WHERE conversation_id = $1");
        read.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = conversation });
        return (byte[])(await read.ExecuteScalarAsync(Cancelled))!;
    }
}
