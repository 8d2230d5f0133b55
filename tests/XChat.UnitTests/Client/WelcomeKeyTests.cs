using XChat.Client;
using XChat.Client.Accounts;
using XChat.Client.Conversations;
using XChat.Crypto.Hpke;
using XChat.Crypto.Mls;
using XChat.GrainInterfaces.Accounts;
using XChat.Protocol.Accounts;
using XChat.Testing;

namespace XChat.UnitTests.Client;

/// <summary>No server and no older program gets a conversation opened without protection against quantum computers, and older profiles come along.</summary>
public sealed class WelcomeKeyTests : IAsyncDisposable
{
    private readonly RuledServer _server = new();
    private readonly List<TestDevice> _devices = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (TestDevice device in _devices)
        {
            await device.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_takes_the_Welcome_key_off_or_exchanges_it_is_found_out(bool exchanged)
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        byte[] key = _server.Claim([alice.User]).Single().KeyPackage[^XWing.PublicKeySize..];
        _server.KeyPackage = package => package with { KeyPackage = [.. package.KeyPackage[..^XWing.PublicKeySize], .. exchanged ? key : []] };

        XChatException refused = await Assert.ThrowsAsync<XChatException>(() => alice.OpenDirectAsync(bob));

        Assert.Equal(ClientErrorReason.Security, refused.Reason);
        Assert.Equal(bob.User, (await alice.WarningAsync(SecurityWarningKind.Downgraded)).User);
        Assert.DoesNotContain(_server.Calls, call => call.Method == "CreateConversation");
    }

    [Fact]
    public async Task A_server_that_holds_newer_key_packages_back_gets_nobody_added()
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        byte[] old = OldPackage(bob).KeyPackage;
        _server.KeyPackage = package => package.User == bob.User ? package with { KeyPackage = old } : package;

        XChatException refused = await Assert.ThrowsAsync<XChatException>(() => alice.OpenDirectAsync(bob));

        Assert.Equal(ClientErrorReason.Refused, refused.Reason);
        Assert.Equal(bob.User, (await alice.WarningAsync(SecurityWarningKind.Downgraded)).User);
        Assert.DoesNotContain(_server.Calls, call => call.Method == "CreateConversation");

        _server.KeyPackage = package => package;
        Guid chat = await alice.OpenDirectAsync(bob);
        await bob.StageAsync(chat, ConversationStage.Joined);
    }

    [Fact]
    public async Task A_device_of_an_older_program_waits_while_the_others_come_in()
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        TestDevice second = await bob.LinkAnotherAsync();
        _devices.Add(second);
        byte[] old = OldPackage(second).KeyPackage;
        Guid secondId = second.Client.Self!.Device;
        _server.KeyPackage = package => package.Device == secondId ? package with { KeyPackage = old } : package;

        Guid chat = await alice.OpenDirectAsync(bob);

        await bob.StageAsync(chat, ConversationStage.Joined);
        Assert.DoesNotContain(_server.Conversation(chat).State!.Leaves, leaf => leaf.Device.Device.Value == secondId);
        _server.KeyPackage = package => package;
        await second.StageAsync(chat, ConversationStage.Joined);
    }

    [Fact]
    public async Task A_Welcome_whose_seal_is_missing_is_refused_with_a_warning_and_reported()
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        KeyPackageBundle[] bundles = Bundles(bob);
        _server.Welcome = answer => answer.Welcome is { } welcome ? answer with { Welcome = Unsealed(welcome, bundles) } : answer;

        Guid chat = await alice.OpenDirectAsync(bob);

        await bob.StageAsync(chat, ConversationStage.Broken);
        Assert.Equal(chat, (await bob.WarningAsync(SecurityWarningKind.Downgraded)).Conversation);
        await Eventually.HoldsAsync(
            () => _server.Calls.Any(call => call.Method == "ReportEpoch" && call.Caller.User.Value == bob.User), Cancelled, what: "bob reports the epoch");
    }

    [Fact]
    public async Task A_profile_from_before_replaces_what_it_published_and_still_opens_old_Welcomes()
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        KeyPackageBundle[] old = [OldPackage(bob), OldPackage(bob)];
        Caller caller = new(new UserId(bob.User), new DeviceId(bob.Client.Self!.Device));
        bob.Disconnect();
        bob.Client.Store.Write(transaction =>
        {
            foreach (StoredKeyPackage kept in transaction.KeyPackages())
            {
                transaction.DropKeyPackage(kept.Reference);
            }

            StoredKeyPackage[] stored = [.. old.Select(one => new StoredKeyPackage(one.Reference, false, long.MaxValue / 2, one.Serialize()))];
            stored.ToList().ForEach(transaction.Add);
            transaction.MarkKeyPackagesPublished(stored);
        });
        _ = _server.Publish(caller, new PublishKeyPackagesRequest([.. old.Select(one => one.KeyPackage)], null, Replace: true));
        _server.KeyPackage = package => package;
        Assert.False(KeyPackageInspector.Inspect(_server.Claim([bob.User]).Single().KeyPackage).WelcomeKey);

        await bob.ConnectAsync();

        Assert.True(KeyPackageInspector.Inspect(_server.Claim([bob.User]).Single().KeyPackage).WelcomeKey);
        Guid chat = await alice.OpenDirectAsync(bob);
        await bob.StageAsync(chat, ConversationStage.Joined);
        Assert.All(old, one => Assert.Contains(Bundles(bob), kept => kept.Reference.AsSpan().SequenceEqual(one.Reference)));
    }

    private static KeyPackageBundle[] Bundles(TestDevice device) =>
        [.. device.Client.Store.Read(transaction => transaction.KeyPackages()).Select(package => KeyPackageBundle.Deserialize(package.Bundle))];

    /// <summary>What the device's program made before there were Welcome keys.</summary>
    private static KeyPackageBundle OldPackage(TestDevice device)
    {
        using DeviceKeys keys = new(device.Account);
        return KeyPackageBundle.Create(
            MlsCipherSuite.X25519Aes128GcmSha256Ed25519, keys.Identity, keys.Signing, DateTimeOffset.UnixEpoch,
            DateTimeOffset.UnixEpoch.AddYears(1_000), lastResort: false, welcomeSeed: null);
    }

    /// <summary>What a program that passes the promise over would have made.</summary>
    private static byte[] Unsealed(byte[] bytes, KeyPackageBundle[] bundles)
    {
        Welcome welcome = (Welcome)MlsMessage.Parse(bytes).Body;
        byte[] hash = CipherSuite.Hash(welcome.EncryptedGroupInfo);
        EncryptedGroupSecrets[] opened =
        [
            .. welcome.Secrets.Select(entry => WelcomeSeal.Open(
                bundles.Single(bundle => bundle.Reference.AsSpan().SequenceEqual(entry.NewMember)).WelcomeSeed!, welcome.Suite, entry, hash)),
        ];
        return Crypto.Mls.Encoding.TlsWriter.Encode(MlsMessage.Of(welcome with { Secrets = opened }).Write);
    }

    private async Task<TestDevice> OnlineAsync(string handle)
    {
        TestDevice device = await TestDevice.OnlineAsync(_server, handle);
        _devices.Add(device);
        return device;
    }
}
