using NSec.Cryptography;

using XChat.Client;
using XChat.Client.Accounts;
using XChat.Client.Conversations;
using XChat.Crypto.Identity;
using XChat.Testing;

namespace XChat.UnitTests.Client;

/// <summary>A new device comes into an account, and one that is revoked goes out; nobody else does.</summary>
public sealed class DeviceLinkTests : IAsyncDisposable
{
    private static readonly Uri Nowhere = new("http://nowhere.test");

    private readonly RuledServer _server = new();
    private readonly RuledMailbox _mailbox = new();
    private readonly List<TestDevice> _devices = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (TestDevice device in _devices)
        {
            await device.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_linked_device_is_the_account_and_comes_into_its_conversations()
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        Guid chat = await alice.OpenDirectAsync(bob);
        await bob.StageAsync(chat, ConversationStage.Joined);

        TestDevice phone = await LinkAsync(alice);

        await phone.StageAsync(chat, ConversationStage.Joined);
        await bob.SendAsync(chat, "to both");
        await alice.ReadsAsync(chat, "to both");
        await phone.ReadsAsync(chat, "to both");
        Assert.Equal(alice.User, phone.User);
        Assert.Equal(alice.Account.Root, phone.Account.Root);
        Assert.Equal(2, (await phone.Client.DevicesAsync(Cancelled)).Count);
        await Eventually.HoldsAsync(
            async () => (await bob.Client.ReadAsync(chat, 0, 50, Cancelled)).Any(line => line.Kind == MessageKind.DevicesChanged), Cancelled);
    }

    [Fact]
    public async Task A_device_comes_in_also_when_the_one_that_linked_it_ended_before_it_could_commit()
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        Guid chat = await alice.OpenDirectAsync(bob);
        await bob.StageAsync(chat, ConversationStage.Joined);
        bob.Disconnect();
        _server.OnRequest = (_, method) =>
        {
            if (method == "CommitEpoch")
            {
                throw new XChatException(ClientErrorReason.ServerUnreachable, "The process is about to end.");
            }
        };
        TestDevice phone = await LinkAsync(alice);
        await alice.Client.Sync.Session(chat).SettleAsync();
        await alice.EndAsync();
        _server.OnRequest = null;
        await alice.OpenAsync();

        await alice.ConnectAsync();

        await phone.StageAsync(chat, ConversationStage.Joined);
    }

    [Fact]
    public async Task A_revoked_device_reads_nothing_that_is_sent_later()
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        Guid chat = await alice.OpenDirectAsync(bob);
        await bob.StageAsync(chat, ConversationStage.Joined);
        TestDevice phone = await LinkAsync(alice);
        await phone.StageAsync(chat, ConversationStage.Joined);

        await alice.Client.RevokeDeviceAsync(phone.Client.Self!.Device, null, Cancelled);
        await Eventually.HoldsAsync(() => _server.Conversation(chat).State!.Leaves.Count == 2, Cancelled, what: "the device is out of the group");
        await bob.SendAsync(chat, "not for the phone");

        await alice.ReadsAsync(chat, "not for the phone");
        Assert.Single(await alice.Client.DevicesAsync(Cancelled));
        Assert.DoesNotContain("not for the phone", await phone.TextsAsync(chat));
        XChatException own = await Assert.ThrowsAsync<XChatException>(() => alice.Client.RevokeDeviceAsync(alice.Client.Self!.Device, null, Cancelled));
        Assert.Equal(ClientErrorReason.InvalidInput, own.Reason);
    }

    [Fact]
    public async Task A_device_is_called_what_its_owner_says()
    {
        TestDevice alice = await OnlineAsync("alice");

        await alice.Client.RenameDeviceAsync(alice.Client.Self!.Device, "kitchen", Cancelled);

        Assert.Equal("kitchen", Assert.Single(await alice.Client.DevicesAsync(Cancelled)).Label);
        await Assert.ThrowsAsync<XChatException>(() => alice.Client.RenameDeviceAsync(Guid.NewGuid(), "nobody", Cancelled));
    }

    [Fact]
    public async Task Both_sides_show_the_same_digits_and_a_person_in_between_makes_them_differ()
    {
        (TestDevice alice, TestDevice mallory) = (await OnlineAsync("alice"), await OnlineAsync("mallory"));
        TestDevice phone = await NewAsync();
        using LinkRequest honest = await phone.Client.LinkAsync(_mailbox, Nowhere, Cancelled);
        (string here, string there) = await CompareAsync(alice, honest);
        Assert.Equal(here, there);

        TestDevice tablet = await NewAsync();
        using LinkRequest request = await tablet.Client.LinkAsync(_mailbox, Nowhere, Cancelled);
        using Key foreign = Key.Create(KeyAgreementAlgorithm.X25519);
        byte[] offer = new LinkOffer(alice.User, foreign.PublicKey.Export(KeyBlobFormat.RawPublicKey), new byte[32]).Encode();
        _mailbox.Read = (step, content) => step == LinkExchange.Offer ? offer : content;
        (here, there) = await CompareAsync(alice, request);

        Assert.NotEqual(here, there);
        Assert.NotNull(mallory);
    }

    [Fact]
    public async Task A_reveal_that_is_not_what_was_committed_to_is_refused()
    {
        TestDevice alice = await OnlineAsync("alice");
        TestDevice phone = await NewAsync();
        using LinkRequest request = await phone.Client.LinkAsync(_mailbox, Nowhere, Cancelled);
        using Key foreign = Key.Create(KeyAgreementAlgorithm.X25519);
        byte[] other = new LinkReveal(Guid.NewGuid(), new byte[32], "", foreign.PublicKey.Export(KeyBlobFormat.RawPublicKey), new byte[32]).Encode();
        _mailbox.Read = (step, content) => step == LinkExchange.Reveal ? other : content;
        Task<string> digits = request.AwaitDigitsAsync(Cancelled);

        XChatException refused = await Assert.ThrowsAsync<XChatException>(() => alice.Client.AcceptLinkAsync(_mailbox, request.Code, Cancelled));

        Assert.Equal(ClientErrorReason.Security, refused.Reason);
        Assert.Single(await alice.Client.DevicesAsync(Cancelled));
        await digits;
    }

    [Fact]
    public async Task A_replayed_link_request_is_refused_with_a_warning()
    {
        TestDevice alice = await OnlineAsync("alice");
        TestDevice phone = await NewAsync();
        using LinkRequest request = await phone.Client.LinkAsync(_mailbox, Nowhere, Cancelled);
        await CompareAsync(alice, request);
        Guid mailbox = LinkCode.Parse(request.Code);
        byte[][] said = [.. _mailbox.MessagesOf(mailbox)];

        XChatException sameServer = await Assert.ThrowsAsync<XChatException>(() => alice.Client.AcceptLinkAsync(_mailbox, request.Code, Cancelled));
        _mailbox.Replay(mailbox, [said[0]]);

        // If it were taken up, it would wait for the new device's next message.
        XChatException replayed = await Assert.ThrowsAsync<XChatException>(
            () => alice.Client.AcceptLinkAsync(_mailbox, request.Code, Cancelled).WaitAsync(Eventually.Patience, Cancelled));

        Assert.Equal((ClientErrorReason.Security, ClientErrorReason.Security), (sameServer.Reason, replayed.Reason));
        await alice.WarningAsync(SecurityWarningKind.LinkReplayed);
        Assert.Single(await alice.Client.DevicesAsync(Cancelled));
    }

    [Fact]
    public async Task An_old_device_of_another_account_finds_the_code_used()
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        TestDevice phone = await NewAsync();
        using LinkRequest request = await phone.Client.LinkAsync(_mailbox, Nowhere, Cancelled);
        await CompareAsync(alice, request);

        XChatException refused = await Assert.ThrowsAsync<XChatException>(() => bob.Client.AcceptLinkAsync(_mailbox, request.Code, Cancelled));

        Assert.Equal(ClientErrorReason.Security, refused.Reason);
        await Assert.ThrowsAsync<XChatException>(() => bob.Client.AcceptLinkAsync(_mailbox, "xchat:link:AAAA", Cancelled));
        await Assert.ThrowsAsync<XChatException>(() => bob.Client.AcceptLinkAsync(_mailbox, LinkCode.Of(Guid.NewGuid()), Cancelled));
    }

    [Fact]
    public async Task A_sealed_account_that_was_changed_is_refused()
    {
        TestDevice alice = await OnlineAsync("alice");
        TestDevice phone = await NewAsync();
        using LinkRequest request = await phone.Client.LinkAsync(_mailbox, Nowhere, Cancelled);
        Task<string> digits = request.AwaitDigitsAsync(Cancelled);
        using LinkAcceptance accepted = await alice.Client.AcceptLinkAsync(_mailbox, request.Code, Cancelled);
        await digits;
        await accepted.ConfirmAsync(Cancelled);
        _mailbox.Read = (step, content) => step == LinkExchange.Account ? [.. content[..^1], (byte)(content[^1] ^ 1)] : content;

        XChatException refused = await Assert.ThrowsAsync<XChatException>(() => request.FinishAsync(Cancelled));

        Assert.Equal(ClientErrorReason.Security, refused.Reason);
        Assert.Null(phone.Client.Self);
    }

    private async Task<(string Here, string There)> CompareAsync(TestDevice old, LinkRequest request)
    {
        Task<string> there = request.AwaitDigitsAsync(Cancelled);
        using LinkAcceptance here = await old.Client.AcceptLinkAsync(_mailbox, request.Code, Cancelled);
        return (here.Digits, await there);
    }

    private async Task<TestDevice> LinkAsync(TestDevice old)
    {
        TestDevice phone = await NewAsync();
        using LinkRequest request = await phone.Client.LinkAsync(_mailbox, Nowhere, Cancelled);
        Task<string> there = request.AwaitDigitsAsync(Cancelled);
        using LinkAcceptance here = await old.Client.AcceptLinkAsync(_mailbox, request.Code, Cancelled);
        Assert.Equal(here.Digits, await there);
        await here.ConfirmAsync(Cancelled);
        await request.FinishAsync(Cancelled);
        await phone.ConnectAsync();
        return phone;
    }

    private async Task<TestDevice> NewAsync()
    {
        TestDevice device = await TestDevice.NewAsync(_server);
        _devices.Add(device);
        return device;
    }

    private async Task<TestDevice> OnlineAsync(string handle)
    {
        TestDevice device = await TestDevice.OnlineAsync(_server, handle);
        _devices.Add(device);
        return device;
    }
}
