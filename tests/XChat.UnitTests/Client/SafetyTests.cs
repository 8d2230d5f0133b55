using System.Globalization;
using System.Security.Cryptography;

using XChat.Client;
using XChat.Client.Accounts;
using XChat.Client.Transparency;
using XChat.Crypto.Identity;

namespace XChat.UnitTests.Client;

/// <summary>Safety numbers: the same on both sides, and only with the right keys.</summary>
public sealed class SafetyTests : IAsyncDisposable
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

    [Fact]
    public async Task Both_sides_see_the_same_sixty_digits_and_another_pair_sees_others()
    {
        (TestDevice alice, TestDevice bob, TestDevice carol) = (await OnlineAsync("alice"), await OnlineAsync("bob"), await OnlineAsync("carol"));

        SafetyView here = await alice.Client.SafetyAsync("@bob", Cancelled);
        SafetyView there = await bob.Client.SafetyAsync("alice", Cancelled);

        Assert.Equal(here.Digits, there.Digits);
        Assert.Equal((60, 12), (here.Digits.Length, here.Groups.Count));
        Assert.NotEqual(here.Digits, (await carol.Client.SafetyAsync("@bob", Cancelled)).Digits);
        Assert.Equal(("@bob", false), (here.Handle, here.Verified));
    }

    [Fact]
    public void The_number_is_the_documented_one()
    {
        Guid user = Guid.Parse("0197a1b2-0000-7000-8000-000000000001");
        byte[] key = SHA256.HashData([1]);
        byte[] hash = SHA512.HashData([.. "XChat 1.0 safety number\0"u8, .. user.ToByteArray(bigEndian: true), .. key]);
        for (int done = 1; done < 5_200; done++)
        {
            hash = SHA512.HashData([.. hash, .. key]);
        }

        string half = string.Concat(hash.Take(30).Chunk(5).Select(
            group => (group.Aggregate(0UL, (sum, next) => (sum << 8) | next) % 100_000).ToString("D5", CultureInfo.InvariantCulture)));

        Assert.Equal(half + half, SafetyNumber.Of(user, key, user, key));
    }

    [Fact]
    public async Task A_scanned_code_verifies_and_the_mark_survives_a_restart_until_it_is_taken_back()
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        string code = (await bob.Client.SafetyAsync("@alice", Cancelled)).QrText;

        Assert.True((await alice.Client.CompareAsync("@bob", code, Cancelled)).Verified);
        await alice.EndAsync();
        await alice.OpenAsync();

        Assert.True((await alice.Client.SafetyAsync("@bob", Cancelled)).Verified);
        Assert.False((await alice.Client.MarkVerifiedAsync("@bob", verified: false, Cancelled)).Verified);
        Assert.True((await alice.Client.MarkVerifiedAsync("@bob", verified: true, Cancelled)).Verified);
    }

    [Fact]
    public async Task A_verified_person_stays_verified_with_a_new_device_and_a_new_account_key_is_told_as_what_it_is()
    {
        (TestDevice alice, TestDevice bob) = (await OnlineAsync("alice"), await OnlineAsync("bob"));
        await alice.Client.MarkVerifiedAsync("@bob", verified: true, Cancelled);
        _devices.Add(await bob.LinkAnotherAsync());
        await alice.Client.DevicesAsync("@bob", Cancelled);
        Assert.True((await alice.Client.SafetyAsync("@bob", Cancelled)).Verified);

        using AccountKeys fake = AccountKeys.Generate();
        byte[] list = fake.Sign(new DeviceList(bob.User, 3, 1, [new CertifiedDeviceEntry(Guid.NewGuid(), new byte[32], "")]));
        _server.Account = view => view.User == bob.User ? view with { AccountKey = fake.PublicKey, DeviceList = list } : view;
        await Assert.ThrowsAsync<XChatException>(() => alice.Client.SafetyAsync("@bob", Cancelled));

        SecurityWarning warning = await alice.WarningAsync(SecurityWarningKind.AccountKeyChanged);
        Assert.Contains("that you verified", warning.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_with_another_key_is_a_warning_and_one_of_other_people_is_not_taken()
    {
        (TestDevice alice, TestDevice bob, TestDevice carol) = (await OnlineAsync("alice"), await OnlineAsync("bob"), await OnlineAsync("carol"));
        Assert.True(SafetyCode.TryParse((await bob.Client.SafetyAsync("@alice", Cancelled)).QrText, out SafetyCode? right));
        string wrongKey = (right with { AccountKey = new byte[32] }).ToString();
        string wrongOwn = (right with { OtherAccountKey = new byte[32] }).ToString();
        string ofCarol = (await carol.Client.SafetyAsync("@alice", Cancelled)).QrText;

        foreach ((string code, ClientErrorReason reason) in new[]
        {
            (wrongKey, ClientErrorReason.Security), (wrongOwn, ClientErrorReason.Security), (ofCarol, ClientErrorReason.InvalidInput),
            ("xchat:verify:AAAA", ClientErrorReason.InvalidInput), ("", ClientErrorReason.InvalidInput), (right + "A", ClientErrorReason.InvalidInput),
        })
        {
            XChatException refused = await Assert.ThrowsAsync<XChatException>(() => alice.Client.CompareAsync("@bob", code, Cancelled));
            Assert.Equal(reason, refused.Reason);
        }

        await alice.WarningAsync(SecurityWarningKind.SafetyNumberDiffers);
        Assert.False((await alice.Client.SafetyAsync("@bob", Cancelled)).Verified);
    }

    private async Task<TestDevice> OnlineAsync(string handle)
    {
        TestDevice device = await TestDevice.OnlineAsync(_server, handle);
        _devices.Add(device);
        return device;
    }
}
