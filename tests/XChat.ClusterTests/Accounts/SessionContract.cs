using System.Buffers.Text;
using System.Security.Cryptography;

using Microsoft.Extensions.DependencyInjection;

using Orleans.Storage;

using XChat.Crypto.Identity;
using XChat.GrainInterfaces.Accounts;
using XChat.Grains.Accounts;
using XChat.Protocol.Accounts;
using XChat.Testing;
using XChat.Testing.Accounts;
using XChat.Testing.Database;

namespace XChat.ClusterTests.Accounts;

/// <summary>What signing in promises, whatever storage is below it.</summary>
public abstract class SessionContract(AccountStorage storage) : AccountClusterTest(storage)
{
    [Fact]
    public async Task A_device_that_signs_its_challenge_gets_a_session_that_outlives_the_activation()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");

        SignedIn signedIn = await alice.Sessions.SignIn(await alice.SignedChallengeAsync());
        await Cluster.DeactivateAsync(alice.Sessions);
        VerifiedSession verified = await alice.Sessions.Verify(new VerifySession(signedIn.Token!));

        Assert.Equal((SignInStatus.Accepted, 3600), (signedIn.Status, signedIn.ValidSeconds));
        Assert.Equal((true, alice.Device), (verified.Valid, verified.Device));
        Assert.InRange(verified.ValidSeconds, 3500, 3600);
    }

    [Fact]
    public async Task A_token_names_its_user_and_device_and_only_its_hash_is_kept()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        byte[] token = Base64Url.DecodeFromChars(await alice.SignInAsync());

        GrainState<SessionState> kept = new();
        await Cluster.Services.GetRequiredKeyedService<IGrainStorage>("Default").ReadStateAsync("sessions", alice.Sessions.GetGrainId(), kept);

        Assert.Equal(64, token.Length);
        Assert.True(MemberIdentity.TryDecode(token.AsSpan(0, 32), out Guid user, out Guid device));
        Assert.Equal((alice.User.Value, alice.Device.Value), (user, device));
        StoredSession session = Assert.Single(kept.State!.Sessions);
        Assert.Equal(SHA256.HashData(token), session.TokenHash);
    }

    [Fact]
    public async Task A_challenge_is_used_once_even_when_it_failed()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        SignIn good = await alice.SignedChallengeAsync();
        SignIn other = await alice.SignedChallengeAsync();

        SignedIn first = await alice.Sessions.SignIn(good);
        SignedIn replayed = await alice.Sessions.SignIn(good);
        SignedIn forged = await alice.Sessions.SignIn(other with { Signature = good.Signature });
        SignedIn afterwards = await alice.Sessions.SignIn(other);

        Assert.Equal(SignInStatus.Accepted, first.Status);
        Assert.All([replayed, forged, afterwards], answer => Assert.Equal(new SignedIn(SignInStatus.Refused, null, 0), answer));
    }

    [Fact]
    public async Task The_same_signed_challenge_many_times_at_once_opens_one_session()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        SignIn good = await alice.SignedChallengeAsync();

        SignedIn[] answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => alice.Sessions.SignIn(good)));

        Assert.Single(answers, answer => answer.Status == SignInStatus.Accepted);
    }

    [Theory]
    [InlineData(59, true)]
    [InlineData(61, false)]
    public async Task A_challenge_is_good_for_a_minute(int seconds, bool accepted)
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        SignIn signed = await alice.SignedChallengeAsync();

        Cluster.Time.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal(accepted, (await alice.Sessions.SignIn(signed)).Status == SignInStatus.Accepted);
    }

    [Fact]
    public async Task A_challenge_keeps_its_activation_in_memory_while_idle_ones_are_collected()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        using TestAccount bob = await TestAccount.RegisterAsync(Cluster, "bob");
        IManagementGrain management = Cluster.Grains.GetGrain<IManagementGrain>(0);
        SignIn signed = await alice.SignedChallengeAsync();
        await bob.IsLiveAsync("not a token");
        Assert.Contains(bob.Sessions.GetGrainId(), await ActiveAsync());

        await Eventually.HoldsAsync(
            async () =>
            {
                await management.ForceActivationCollection(TimeSpan.Zero);
                return !(await ActiveAsync()).Contains(bob.Sessions.GetGrainId());
            },
            Cancelled);

        Assert.Equal(SignInStatus.Accepted, (await alice.Sessions.SignIn(signed)).Status);

        async Task<List<GrainId>> ActiveAsync() => await management.GetActiveGrains(alice.Sessions.GetGrainId().Type);
    }

    [Fact]
    public async Task Whoever_cannot_sign_in_gets_a_challenge_and_a_refusal_like_everybody()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        using TestAccount bob = await TestAccount.RegisterAsync(Cluster, "bob");
        using TestAccount nobody = new(Cluster);
        DeviceId uncertified = alice.AddDevice();
        SignIn ofAlice = await alice.SignedChallengeAsync();
        SignIn ofBob = await bob.SignedChallengeAsync();
        IssuedChallenge genuine = await alice.Sessions.IssueChallenge(new IssueChallenge(alice.Device));
        IssuedChallenge absent = await nobody.Sessions.IssueChallenge(new IssueChallenge(nobody.Device));

        SignedIn[] answers =
        [
            await nobody.Sessions.SignIn(await nobody.SignedChallengeAsync()),
            await alice.Sessions.SignIn(await alice.SignedChallengeAsync(uncertified)),
            await alice.Sessions.SignIn(ofAlice with { Device = uncertified }),
            await alice.Sessions.SignIn(ofBob),
            await bob.Sessions.SignIn(ofAlice),
            await alice.Sessions.SignIn(ofAlice with { Challenge = ofBob.Challenge }),
            await alice.Sessions.SignIn(new SignIn(alice.Device, [], [])),
            await alice.Sessions.SignIn(new SignIn(DeviceId.Empty, new byte[10_000], new byte[10_000])),
        ];

        Assert.Equal((genuine.Challenge.Length, genuine.ValidSeconds), (absent.Challenge.Length, absent.ValidSeconds));
        Assert.Equal((32, 60), (absent.Challenge.Length, absent.ValidSeconds));
        Assert.All(answers, answer => Assert.Equal(new SignedIn(SignInStatus.Refused, null, 0), answer));
        Assert.Equal(SignInStatus.Accepted, (await alice.Sessions.SignIn(ofAlice)).Status);
    }

    [Fact]
    public async Task No_other_token_than_the_one_issued_is_valid()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        using TestAccount bob = await TestAccount.RegisterAsync(Cluster, "bob");
        string token = (await alice.SignInAsync())!;
        byte[] bytes = Base64Url.DecodeFromChars(token);
        List<string> forged =
        [
            string.Empty, "x", new string('A', token.Length), new string('x', 100_000), token + "A", token[1..], token + "=", " " + token,
            Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(64)),
            Base64Url.EncodeToString([.. MemberIdentity.Encode(alice.User.Value, alice.Device.Value), .. new byte[32]]),
            (await bob.SignInAsync())!,
        ];
        for (int index = 0; index < bytes.Length; index++)
        {
            byte[] changed = [.. bytes];
            changed[index] ^= 0x40;
            forged.Add(Base64Url.EncodeToString(changed));
        }

        foreach (string each in forged)
        {
            Assert.Equal(new VerifiedSession(false, DeviceId.Empty, 0), await alice.Sessions.Verify(new VerifySession(each)));
        }

        Assert.True(await alice.IsLiveAsync(token));
        Assert.False((await bob.Sessions.Verify(new VerifySession(token))).Valid);
    }

    [Fact]
    public async Task A_session_is_over_after_an_hour()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        string token = (await alice.SignInAsync())!;

        Cluster.Time.Advance(TimeSpan.FromMinutes(59));
        VerifiedSession late = await alice.Sessions.Verify(new VerifySession(token));
        Cluster.Time.Advance(TimeSpan.FromMinutes(1.1));
        VerifiedSession over = await alice.Sessions.Verify(new VerifySession(token));

        Assert.True(late.Valid);
        Assert.InRange(late.ValidSeconds, 1, 60);
        Assert.False(over.Valid);
    }

    [Fact]
    public async Task A_device_has_eight_sessions_at_most_and_a_further_one_ends_its_oldest()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        DeviceId phone = alice.AddDevice();
        await alice.PublishAsync(2, alice.Device, phone);
        string? ofPhone = await alice.SignInAsync(phone);
        List<string?> tokens = [];
        for (int index = 0; index < 9; index++)
        {
            tokens.Add(await alice.SignInAsync());
        }

        Assert.False(await alice.IsLiveAsync(tokens[0]));
        Assert.All(await Task.WhenAll(tokens.Skip(1).Append(ofPhone).Select(alice.IsLiveAsync)), Assert.True);
    }

    [Fact]
    public async Task Eight_challenges_of_a_device_are_remembered_and_a_further_one_replaces_the_oldest()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        List<SignIn> signed = [];
        for (int index = 0; index < 9; index++)
        {
            signed.Add(await alice.SignedChallengeAsync());
        }

        Assert.Equal(SignInStatus.Refused, (await alice.Sessions.SignIn(signed[0])).Status);
        Assert.Equal(SignInStatus.Accepted, (await alice.Sessions.SignIn(signed[1])).Status);
    }

    [Fact]
    public async Task Ending_a_session_ends_that_one_and_ending_a_device_ends_all_of_its()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        DeviceId phone = alice.AddDevice();
        await alice.PublishAsync(2, alice.Device, phone);
        string?[] tokens = [await alice.SignInAsync(), await alice.SignInAsync(), await alice.SignInAsync(), await alice.SignInAsync(phone)];

        await alice.Sessions.End(new EndSession(tokens[0], DeviceId.Empty));
        Assert.Equal("0111", await LiveAsync());
        Assert.Equal([alice.Device], Cluster.Audience.ClosedOf(alice.User));

        await alice.Sessions.End(new EndSession("not a token", alice.Device));
        Assert.Equal("0111", await LiveAsync());
        Assert.Single(Cluster.Audience.ClosedOf(alice.User));

        await alice.Sessions.End(new EndSession(null, alice.Device));
        await Cluster.DeactivateAsync(alice.Sessions);
        Assert.Equal("0001", await LiveAsync());
        Assert.Equal([alice.Device, alice.Device], Cluster.Audience.ClosedOf(alice.User));

        async Task<string> LiveAsync() =>
            string.Concat((await Task.WhenAll(tokens.Select(alice.IsLiveAsync))).Select(live => live ? '1' : '0'));
    }

    [Fact]
    public async Task Connections_that_could_not_be_closed_are_closed_when_the_end_is_repeated()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        string? token = await alice.SignInAsync();
        Cluster.Audience.Away = true;

        await Assert.ThrowsAsync<TimeoutException>(() => alice.Sessions.End(new EndSession(null, alice.Device)));
        Assert.False(await alice.IsLiveAsync(token));
        Cluster.Audience.Away = false;
        await alice.Sessions.End(new EndSession(null, alice.Device));

        Assert.Equal([alice.Device], Cluster.Audience.ClosedOf(alice.User));
    }

    [Fact]
    public async Task A_session_is_worth_nothing_once_its_device_is_revoked_even_before_anybody_ended_it()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        string? token = await alice.SignInAsync();
        DeviceId phone = alice.AddDevice();
        await Store.PublishAsync(
            new DeviceListWrite(alice.User, 2, alice.SignedList(2, phone), [phone], LeftOut: []), Cluster.Time.GetUtcNow(), Cancelled);
        await Cluster.DeactivateAsync(alice.Account);

        Assert.False(await alice.IsLiveAsync(token));
    }

    [Fact]
    public async Task An_activation_that_was_overtaken_cannot_bring_an_ended_session_back()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        string? token = await alice.SignInAsync();
        IGrainStorage states = Cluster.Services.GetRequiredKeyedService<IGrainStorage>("Default");
        GrainState<SessionState> elsewhere = new();
        await states.ReadStateAsync("sessions", alice.Sessions.GetGrainId(), elsewhere);
        elsewhere.State = new SessionState();
        await states.WriteStateAsync("sessions", alice.Sessions.GetGrainId(), elsewhere);

        await Assert.ThrowsAnyAsync<Exception>(() => alice.SignInAsync());

        Assert.False(await alice.IsLiveAsync(token));
        Assert.NotNull(await alice.SignInAsync());
    }
}

/// <summary>The contract over storage in memory.</summary>
public sealed class SessionInMemoryTests() : SessionContract(AccountStorage.InMemory());

/// <summary>The contract over PostgreSQL.</summary>
public sealed class SessionPostgresTests(PostgresFixture postgres) : SessionContract(AccountStorage.On(postgres));
