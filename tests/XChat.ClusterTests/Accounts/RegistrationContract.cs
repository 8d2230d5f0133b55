using XChat.Crypto.Identity;
using XChat.GrainInterfaces.Accounts;
using XChat.Protocol.Accounts;
using XChat.Testing.Accounts;
using XChat.Testing.Database;

namespace XChat.ClusterTests.Accounts;

/// <summary>What a registration promises, whatever storage is below it.</summary>
public abstract class RegistrationContract(AccountStorage storage) : AccountClusterTest(storage)
{
    [Fact]
    public async Task A_registered_account_is_described_and_found()
    {
        using TestAccount alice = new(Cluster);

        AccountRegistered registered = await alice.Account.Register(alice.Registration("@Alice.B"));
        await Cluster.DeactivateAsync(alice.Account);
        AccountDescription described = await alice.Account.Describe();

        Assert.Equal((RegisterStatus.Accepted, "alice.b"), (registered.Status, registered.Handle));
        Assert.Equal((true, "alice.b", 1L), (described.Exists, described.Handle, described.DeviceListVersion));
        Assert.Equal(alice.AccountKey, described.AccountKey);
        Assert.Equal([alice.Device], described.Devices.Select(device => device.Device));
        Assert.Equal(alice.KeyOf(alice.Device), described.Devices[0].SignatureKey);
        Assert.True(DeviceList.TryVerify(described.DeviceList, described.AccountKey, out _));
        Assert.Equal(alice.User, await FindAsync("alice.b"));
        Assert.Equal(alice.User, await FindAsync("@ALICE.B"));
    }

    [Fact]
    public async Task Nobody_is_described_as_nobody()
    {
        AccountDescription described = await Cluster.Grains.Account(UserId.New()).Describe();

        Assert.False(described.Exists);
        Assert.Empty(described.Devices);
        foreach (string handle in (string[])["nobody_here", "", "@", "аlice", "ali\u200Bce", "admin", new string('a', 10_000)])
        {
            Assert.True((await FindAsync(handle)).IsEmpty);
        }
    }

    [Fact]
    public async Task Only_the_very_handle_is_found()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice.b");

        Assert.True((await FindAsync("aliceb")).IsEmpty);
        Assert.True((await FindAsync("a1ice.b")).IsEmpty);
    }

    [Fact]
    public async Task The_same_registration_many_times_at_once_is_one_account()
    {
        using TestAccount alice = new(Cluster);
        RegisterAccount request = alice.Registration("alice");

        AccountRegistered[] answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => alice.Account.Register(request)));

        Assert.Single(answers, answer => answer.Status == RegisterStatus.Accepted);
        Assert.Equal(9, answers.Count(answer => answer.Status == RegisterStatus.AlreadyAccepted));
        Assert.All(answers, answer => Assert.Equal("alice", answer.Handle));
    }

    [Fact]
    public async Task A_late_repetition_is_recognised_even_with_a_new_proof_and_a_newer_device_list()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        RegisterAccount first = alice.Registration("alice");
        await alice.PublishAsync(2, alice.Device, alice.AddDevice());
        await Cluster.DeactivateAsync(alice.Account);
        Cluster.Time.Advance(TimeSpan.FromDays(1));

        AccountRegistered again = await alice.Account.Register(first);
        AccountRegistered withCapitals = await alice.Account.Register(alice.Registration("@ALICE"));

        Assert.Equal((RegisterStatus.AlreadyAccepted, "alice"), (again.Status, again.Handle));
        Assert.Equal(RegisterStatus.AlreadyAccepted, withCapitals.Status);
    }

    [Fact]
    public async Task An_id_is_not_used_twice()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        using TestAccount mallory = new(Cluster);
        RegisterAccount genuine = alice.Registration("alice");
        RegisterAccount[] others =
        [
            alice.Registration("alicia"),
            genuine with { AccountKey = mallory.AccountKey },
            genuine with { DeviceList = alice.SignedList(1, alice.Device, alice.AddDevice()) },
        ];

        foreach (RegisterAccount other in others)
        {
            AccountRegistered answer = await alice.Account.Register(other);
            Assert.Equal((RegisterStatus.IdReusedWithDifferentContent, null), (answer.Status, answer.Handle));
        }
    }

    [Fact]
    public async Task An_account_that_another_activation_registered_is_noticed()
    {
        using TestAccount alice = new(Cluster);
        RegisterAccount request = alice.Registration("alice");
        // The activation has looked, and remembers that there is no such account; then another one registers it.
        Assert.Equal(RegisterStatus.ProofRejected, (await alice.Account.Register(request with { ProofTimeMs = 0 })).Status);
        XChat.Grains.Accounts.RegistrationDecision decision = XChat.Grains.Accounts.AccountRules.DecideRegister(
            null, alice.User, request, 0, request.ProofTimeMs);
        await Store.RegisterAsync(decision.Account!, Cluster.Time.GetUtcNow(), Cancelled);

        AccountRegistered same = await alice.Account.Register(request);
        AccountRegistered other = await alice.Account.Register(alice.Registration("alicia"));

        Assert.Equal((RegisterStatus.AlreadyAccepted, "alice"), (same.Status, same.Handle));
        Assert.Equal(RegisterStatus.IdReusedWithDifferentContent, other.Status);
        Assert.True((await alice.Account.Describe()).Exists);
    }

    [Theory]
    [InlineData(1, "alice", "alice", "@Alice", "ALICE")]
    [InlineData(1, "alice", "a1ice", "al.ice", "a_l_i_c_e")]
    [InlineData(2, "modern", "modem", "model", "rnode1")]
    public async Task Of_many_registrations_of_handles_that_look_alike_one_wins(int expected, params string[] handles)
    {
        TestAccount[] people = [.. Enumerable.Range(0, 20).Select(_ => new TestAccount(Cluster))];

        AccountRegistered[] answers = await Task.WhenAll(
            people.Select((person, index) => person.Account.Register(person.Registration(handles[index % handles.Length]))));

        Assert.Equal(expected, answers.Count(answer => answer.Status == RegisterStatus.Accepted));
        Assert.Equal(people.Length - expected, answers.Count(answer => answer.Status == RegisterStatus.HandleTaken));
        foreach ((TestAccount person, AccountRegistered answer) in people.Zip(answers))
        {
            Assert.Equal(answer.Status == RegisterStatus.Accepted, (await person.Account.Describe()).Exists);
            person.Dispose();
        }
    }

    [Theory]
    [InlineData(-599, RegisterStatus.Accepted)]
    [InlineData(599, RegisterStatus.Accepted)]
    [InlineData(-610, RegisterStatus.ProofRejected)]
    [InlineData(610, RegisterStatus.ProofRejected)]
    public async Task A_proof_is_good_for_ten_minutes_before_and_after(int seconds, RegisterStatus expected)
    {
        using TestAccount alice = new(Cluster);

        AccountRegistered answer = await alice.Account.Register(
            alice.Registration("alice", Cluster.Time.GetUtcNow() + TimeSpan.FromSeconds(seconds)));

        Assert.Equal(expected, answer.Status);
    }

    [Fact]
    public async Task A_proof_that_is_not_one_is_refused()
    {
        using TestAccount alice = new(Cluster);
        using TestAccount bob = new(Cluster);
        RegisterAccount genuine = alice.Registration("alice");
        long wrong = Enumerable.Range(0, 1000).First(nonce => !RegistrationProof.Verify(
            alice.User.Value, "alice", genuine.ProofTimeMs, nonce, AccountCluster.Difficulty));
        long foreign = Enumerable.Range(0, 100_000).First(nonce =>
            RegistrationProof.Verify(bob.User.Value, "alice", genuine.ProofTimeMs, nonce, AccountCluster.Difficulty)
            && !RegistrationProof.Verify(alice.User.Value, "alice", genuine.ProofTimeMs, nonce, AccountCluster.Difficulty));
        RegisterAccount[] refused =
        [
            genuine with { ProofNonce = wrong },
            genuine with { ProofNonce = foreign },
            genuine with { ProofTimeMs = long.MinValue },
            genuine with { ProofTimeMs = long.MaxValue },
        ];

        foreach (RegisterAccount request in refused)
        {
            Assert.Equal(RegisterStatus.ProofRejected, (await alice.Account.Register(request)).Status);
        }

        Assert.False((await alice.Account.Describe()).Exists);
    }

    [Theory]
    [InlineData("al", RegisterStatus.HandleInvalid)]
    [InlineData("ali\u200Bce", RegisterStatus.HandleInvalid)]
    [InlineData("аlice", RegisterStatus.HandleInvalid)]
    [InlineData("adm1n", RegisterStatus.HandleReserved)]
    public async Task A_handle_that_nobody_may_have_is_refused(string handle, RegisterStatus expected)
    {
        using TestAccount alice = new(Cluster);

        Assert.Equal(expected, (await alice.Account.Register(alice.Registration(handle))).Status);
        Assert.False((await alice.Account.Describe()).Exists);
    }

    [Fact]
    public async Task A_device_list_that_the_account_key_did_not_sign_for_it_is_refused()
    {
        using TestAccount alice = new(Cluster);
        using TestAccount mallory = new(Cluster);
        using AccountKeys other = AccountKeys.Generate();
        byte[][] lists =
        [
            [],
            new byte[100],
            new byte[100_000],
            alice.SignedList(2, alice.Device),
            alice.SignedList(other, 1, [alice.Device]),
            mallory.SignedList(1, mallory.Device),
        ];

        foreach (byte[] list in lists)
        {
            Assert.Equal(RegisterStatus.DeviceListInvalid, (await alice.Account.Register(alice.Registration("alice", deviceList: list))).Status);
        }

        RegisterAccount shortKey = alice.Registration("alice") with { AccountKey = new byte[31] };
        Assert.Equal(RegisterStatus.DeviceListInvalid, (await alice.Account.Register(shortKey)).Status);
        Assert.False((await alice.Account.Describe()).Exists);
    }

    /// <summary>Each row has every fault from its status on; the first in the order of the statuses is reported.</summary>
    [Theory]
    [InlineData("@a", true, RegisterStatus.ProofRejected)]
    [InlineData("@a", false, RegisterStatus.HandleInvalid)]
    [InlineData("admin", false, RegisterStatus.HandleReserved)]
    [InlineData("b0b", false, RegisterStatus.HandleTaken)]
    [InlineData("carol", false, RegisterStatus.DeviceListInvalid)]
    public async Task The_first_fault_is_reported(string handle, bool late, RegisterStatus expected)
    {
        using TestAccount bob = await TestAccount.RegisterAsync(Cluster, "bob");
        using TestAccount alice = new(Cluster);
        DateTimeOffset at = late ? DateTimeOffset.UnixEpoch : Cluster.Time.GetUtcNow();

        Assert.Equal(expected, (await alice.Account.Register(alice.Registration(handle, at, deviceList: []))).Status);
    }

    private async Task<UserId> FindAsync(string handle) => (await Cluster.Grains.HandleDirectory().Find(handle)).User;
}

/// <summary>The contract over storage in memory.</summary>
public sealed class RegistrationInMemoryTests() : RegistrationContract(AccountStorage.InMemory());

/// <summary>The contract over PostgreSQL.</summary>
public sealed class RegistrationPostgresTests(PostgresFixture postgres) : RegistrationContract(AccountStorage.On(postgres));
