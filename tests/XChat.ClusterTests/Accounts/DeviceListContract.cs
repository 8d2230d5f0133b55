using Microsoft.Extensions.DependencyInjection;

using XChat.Crypto.Identity;
using XChat.GrainInterfaces.Accounts;
using XChat.Grains.Accounts;
using XChat.Protocol.Accounts;
using XChat.Testing;
using XChat.Testing.Accounts;
using XChat.Testing.Database;

namespace XChat.ClusterTests.Accounts;

/// <summary>What the publication of a device list promises, whatever storage is below it.</summary>
public abstract class DeviceListContract(AccountStorage storage) : AccountClusterTest(storage)
{
    [Fact]
    public async Task The_next_list_is_in_force_and_the_conversations_hear_of_it()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        DeviceId phone = alice.AddDevice();

        DeviceListPublished published = await alice.PublishAsync(2, alice.Device, phone);
        AccountDescription described = await alice.Account.Describe();
        await ToldAsync(alice, 2);
        await Cluster.DeactivateAsync(alice.Account);
        AccountDescription loaded = await alice.Account.Describe();

        Assert.Equal((PublishDeviceListStatus.Accepted, 2L), (published.Status, published.Version));
        Assert.Equal(2, described.DeviceListVersion);
        Assert.Equal([alice.Device, phone], described.Devices.Select(device => device.Device).Order(ById));
        Assert.Equal(described.DeviceList, loaded.DeviceList);
        Assert.Equal([alice.Device, phone], Cluster.Audience.DevicesToldOf(alice.User).Order(ById));
    }

    [Fact]
    public async Task What_is_not_signed_for_this_account_by_its_key_changes_nothing()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        using TestAccount mallory = await TestAccount.RegisterAsync(Cluster, "mallory");
        using AccountKeys other = AccountKeys.Generate();
        byte[] next = alice.SignedList(2, alice.Device);
        byte[] tampered = [.. next];
        tampered[20] ^= 1;
        PublishDeviceList[] wrong =
        [
            new(alice.CallerOf(), []),
            new(alice.CallerOf(), new byte[9000]),
            new(alice.CallerOf(), tampered),
            new(alice.CallerOf(), alice.SignedList(other, 2, [alice.Device])),
            new(alice.CallerOf(), mallory.SignedList(2, mallory.Device)),
            new(mallory.CallerOf(), next),
        ];

        foreach (PublishDeviceList request in wrong)
        {
            DeviceListPublished answer = await alice.Account.PublishDeviceList(request);
            Assert.Equal((PublishDeviceListStatus.Invalid, 1L), (answer.Status, answer.Version));
        }

        using TestAccount nobody = new(Cluster);
        Assert.Equal(PublishDeviceListStatus.Invalid, (await nobody.PublishAsync(1, nobody.Device)).Status);
        Assert.Empty(Cluster.Audience.VersionsToldOf(alice.User));
    }

    [Fact]
    public async Task Who_has_the_root_secret_of_a_revoked_device_lets_no_device_in()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        (DeviceId phone, DeviceId ghost) = (alice.AddDevice(), alice.AddDevice());
        await alice.PublishAsync(2, alice.Device, phone);
        byte[] before = alice.AccountKey;
        await alice.PublishAsync(3, alice.Device);
        using AccountKeys thief = AccountKeys.Generate();
        byte[][] forged =
        [
            alice.SignedList(alice.GivenUp, 4, [alice.Device, ghost]),
            alice.PassedOnList(alice.GivenUp, thief, 4, alice.Device, ghost),
            alice.PassedOnList(thief, alice.GivenUp, 4, alice.Device, ghost),
        ];

        foreach (byte[] list in forged)
        {
            DeviceListPublished answer = await alice.Account.PublishDeviceList(new PublishDeviceList(alice.CallerOf(DeviceId.Empty), list));
            Assert.Equal((PublishDeviceListStatus.Invalid, 3L), (answer.Status, answer.Version));
        }

        await Cluster.DeactivateAsync(alice.Account);
        AccountDescription now = await alice.Account.Describe();
        Assert.Equal([alice.Device], now.Devices.Select(device => device.Device));
        Assert.Equal(alice.AccountKey, now.AccountKey);
        Assert.NotEqual(before, now.AccountKey);
        Assert.Equal(PublishDeviceListStatus.Accepted, (await alice.PublishAsync(4, alice.Device, ghost)).Status);
    }

    [Fact]
    public async Task A_list_that_leaves_a_device_out_under_the_key_that_it_has_is_refused()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        DeviceId phone = alice.AddDevice();
        await alice.PublishAsync(2, alice.Device, phone);

        DeviceListPublished answer = await alice.Account.PublishDeviceList(new PublishDeviceList(alice.CallerOf(), alice.SignedList(3, alice.Device)));

        Assert.Equal((PublishDeviceListStatus.KeyNotPassedOn, 2L), (answer.Status, answer.Version));
    }

    [Fact]
    public async Task A_repetition_is_recognised_and_an_older_or_skipped_version_is_stale()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        DeviceId phone = alice.AddDevice();
        await alice.PublishAsync(2, alice.Device, phone);

        DeviceListPublished again = await alice.PublishAsync(2, alice.Device, phone);
        DeviceListPublished sameVersion = await alice.PublishAsync(2, alice.Device);
        DeviceListPublished first = await alice.PublishAsync(1, alice.Device);
        DeviceListPublished skipped = await alice.PublishAsync(4, alice.Device);

        Assert.Equal((PublishDeviceListStatus.AlreadyAccepted, 2L), (again.Status, again.Version));
        Assert.All(
            [sameVersion, first, skipped],
            answer => Assert.Equal((PublishDeviceListStatus.StaleVersion, 2L), (answer.Status, answer.Version)));
    }

    [Fact]
    public async Task Of_two_devices_that_publish_at_once_one_wins()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");

        DeviceListPublished[] answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => alice.PublishAsync(2, alice.Device, alice.AddDevice())));

        Assert.Single(answers, answer => answer.Status == PublishDeviceListStatus.Accepted);
        Assert.Equal(7, answers.Count(answer => answer.Status == PublishDeviceListStatus.StaleVersion));
        Assert.Equal(2, (await alice.Account.Describe()).DeviceListVersion);
    }

    [Fact]
    public async Task An_activation_that_was_overtaken_is_fenced_and_learns_what_is_in_force()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        DeviceId phone = alice.AddDevice();
        byte[] overtaking = alice.SignedList(2, alice.Device, phone);
        Assert.True(await PublishElsewhereAsync(alice, overtaking, [alice.Device, phone], []));

        DeviceListPublished stale = await alice.PublishAsync(2, alice.Device);
        AccountDescription described = await alice.Account.Describe();

        Assert.Equal((PublishDeviceListStatus.StaleVersion, 2L), (stale.Status, stale.Version));
        Assert.Equal(overtaking, described.DeviceList);
        Assert.False(await PublishElsewhereAsync(alice, alice.SignedList(2, alice.Device), [alice.Device], [phone]));
        Assert.Equal(PublishDeviceListStatus.Accepted, (await alice.PublishAsync(3, alice.Device)).Status);
    }

    [Fact]
    public async Task Of_two_activations_that_write_at_once_one_wins()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        byte[][] lists = [.. Enumerable.Range(0, 8).Select(_ => alice.SignedList(2, alice.Device, alice.AddDevice()))];

        bool[] won = await Task.WhenAll(lists.Select(list => PublishElsewhereAsync(alice, list, [alice.Device], [])));

        Assert.Single(won, true);
        await Cluster.DeactivateAsync(alice.Account);
        Assert.Equal(lists[Array.IndexOf(won, true)], (await alice.Account.Describe()).DeviceList);
    }

    [Fact]
    public async Task Revocation_ends_the_sessions_and_drops_the_key_packages_of_that_device_alone()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        DeviceId phone = alice.AddDevice();
        await alice.PublishAsync(2, alice.Device, phone);
        string? kept = await alice.SignInAsync();
        string? lost = await alice.SignInAsync(phone);
        await alice.KeyPackages.Publish(new PublishKeyPackages(alice.CallerOf(), alice.NewKeyPackages(1), null));
        await alice.KeyPackages.Publish(new PublishKeyPackages(alice.CallerOf(phone), alice.NewKeyPackages(2, phone), null));
        Assert.True(await alice.IsLiveAsync(lost));

        await alice.PublishAsync(3, alice.Device);

        Assert.False(await alice.IsLiveAsync(lost));
        Assert.True(await alice.IsLiveAsync(kept));
        Assert.Equal([phone], Cluster.Audience.ClosedOf(alice.User));
        Assert.Null(await alice.SignInAsync(phone));
        await ToldAsync(alice, 3);

        await alice.PublishAsync(4, alice.Device, phone);
        KeyPackagesClaimed claimed = await alice.KeyPackages.Claim(new ClaimKeyPackages(alice.CallerOf()));
        Assert.Equal([alice.Device], claimed.Packages.Select(package => package.Device));
        Assert.False(await alice.IsLiveAsync(lost));
    }

    [Fact]
    public async Task A_crash_between_publication_and_telling_is_made_good_by_the_next_activation()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        DeviceId phone = alice.AddDevice();
        await alice.PublishAsync(2, alice.Device, phone);
        await ToldAsync(alice, 2);
        string? lost = await alice.SignInAsync(phone);
        await PublishElsewhereAsync(alice, alice.SignedList(3, alice.Device), [alice.Device], [phone]);

        await Cluster.DeactivateAsync(alice.Account);
        Assert.False(await alice.IsLiveAsync(lost));

        await ToldAsync(alice, 3);
        Assert.Equal([phone], Cluster.Audience.ClosedOf(alice.User));
    }

    [Fact]
    public async Task A_crash_between_publication_and_telling_is_made_good_by_the_sweep()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        using TestAccount bob = await TestAccount.RegisterAsync(Cluster, "bob");
        DeviceId phone = alice.AddDevice();
        await PublishElsewhereAsync(alice, alice.SignedList(2, phone), [phone], [alice.Device]);
        AccountSweep sweep = Cluster.Services.GetRequiredService<AccountSweep>();

        await sweep.SweepAsync(Cancelled);
        Assert.Empty(Cluster.Audience.VersionsToldOf(alice.User));
        Cluster.Time.Advance(TimeSpan.FromHours(2));
        await sweep.SweepAsync(Cancelled);

        await ToldAsync(alice, 2);
        Assert.Equal([alice.Device], Cluster.Audience.ClosedOf(alice.User));
        Assert.Equal([phone], (await alice.Account.Describe()).Devices.Select(device => device.Device));
        Assert.Empty(Cluster.Audience.VersionsToldOf(bob.User));
    }

    [Fact]
    public async Task Conversations_that_are_away_are_told_when_they_are_back_and_then_no_more()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        DeviceId phone = alice.AddDevice();
        Cluster.Audience.Away = true;

        DeviceListPublished published = await alice.PublishAsync(2, phone);
        await Eventually.HoldsAsync(() => Cluster.Audience.Attempts > 3, Cancelled);
        Assert.Empty(Cluster.Audience.VersionsToldOf(alice.User));
        Cluster.Audience.Away = false;
        await ToldAsync(alice, 2);
        int attempts = Cluster.Audience.Attempts;
        await Cluster.DeactivateAsync(alice.Account);
        await alice.Account.Describe();
        await alice.PublishAsync(3, phone);
        await ToldAsync(alice, 3);

        Assert.Equal(PublishDeviceListStatus.Accepted, published.Status);
        Assert.Equal([2L, 3L], Cluster.Audience.VersionsToldOf(alice.User));
        Assert.Equal(attempts + 1, Cluster.Audience.Attempts);
        Assert.Equal([alice.Device], Cluster.Audience.ClosedOf(alice.User).Distinct());
    }

    [Fact]
    public async Task The_sweep_reaches_every_account_however_many_there_are()
    {
        const int People = 7;
        TestAccount[] people = await Task.WhenAll(
            Enumerable.Range(0, People).Select(index => TestAccount.RegisterAsync(Cluster, $"person_{index + 2}")));
        foreach (TestAccount person in people)
        {
            await PublishElsewhereAsync(person, person.SignedList(2, person.Device), [person.Device], []);
        }

        IAccountUpkeep upkeep = Cluster.Services.GetRequiredService<IAccountUpkeep>();
        List<UserId> found = [];
        IReadOnlyList<UserId> page;
        do
        {
            page = await upkeep.FindUnfinishedAsync(
                Cluster.Time.GetUtcNow() + TimeSpan.FromMinutes(1), found.LastOrDefault(), 3, Cancelled);
            found.AddRange(page);
        }
        while (page.Count == 3);

        Assert.Equal(people.Select(person => person.User).ToHashSet(), found.ToHashSet());
        Assert.Equal(People, found.Count);
        Array.ForEach(people, person => person.Dispose());
    }

    private static Comparer<DeviceId> ById { get; } =
        Comparer<DeviceId>.Create((one, other) => string.CompareOrdinal(one.ToString(), other.ToString()));

    /// <summary>As another activation would write, which then stops before it has told anybody.</summary>
    private Task<bool> PublishElsewhereAsync(TestAccount account, byte[] list, DeviceId[] devices, DeviceId[] leftOut)
    {
        Assert.True(DeviceList.TryVerify(list, account.AccountKey, out DeviceList? read));
        return Store.PublishAsync(new DeviceListWrite(account.User, read.Version, list, devices, leftOut), Cluster.Time.GetUtcNow(), Cancelled);
    }

    private Task ToldAsync(TestAccount account, long version) => Eventually.HoldsAsync(
        async () => Cluster.Audience.VersionsToldOf(account.User).Contains(version)
            && await Store.LoadAsync(account.User, Cancelled) is { Unfinished: false },
        Cancelled);
}

/// <summary>The contract over storage in memory.</summary>
public sealed class DeviceListInMemoryTests() : DeviceListContract(AccountStorage.InMemory());

/// <summary>The contract over PostgreSQL.</summary>
public sealed class DeviceListPostgresTests(PostgresFixture postgres) : DeviceListContract(AccountStorage.On(postgres));
