using Microsoft.Extensions.DependencyInjection;

using XChat.Crypto.Identity;
using XChat.GrainInterfaces.Accounts;
using XChat.Grains.Accounts;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Testing.Accounts;
using XChat.Testing.Database;

namespace XChat.ClusterTests.Accounts;

/// <summary>What key packages promise, whatever storage is below them.</summary>
public abstract class KeyPackageContract(AccountStorage storage) : AccountClusterTest(storage)
{
    private IKeyPackageStore Packages => Cluster.Services.GetRequiredService<IKeyPackageStore>();

    [Fact]
    public async Task Each_device_gives_its_oldest_package_once_and_then_its_last_resort()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        DeviceId phone = alice.AddDevice();
        DeviceId silent = alice.AddDevice();
        await alice.PublishAsync(2, alice.Device, phone, silent);
        byte[][] oneTime = alice.NewKeyPackages(2);
        byte[][] ofPhone = [alice.NewKeyPackage(phone), alice.NewKeyPackage(phone, lastResort: true)];

        KeyPackagesPublished published = await PublishAsync(alice, oneTime);
        await PublishAsync(alice, [ofPhone[0]], ofPhone[1], phone);
        await Cluster.DeactivateAsync(alice.KeyPackages);

        Assert.Equal((KeyPackageStatus.Accepted, 2), (published.Status, published.Available));
        Assert.Equal(Of((alice.Device, oneTime[0]), (phone, ofPhone[0])), await ClaimAsync(alice));
        Assert.Equal(Of((alice.Device, oneTime[1]), (phone, ofPhone[1])), await ClaimAsync(alice));
        Assert.Equal(Of((phone, ofPhone[1])), await ClaimAsync(alice));
        Assert.Equal(Of((phone, ofPhone[1])), await ClaimAsync(alice));
    }

    [Fact]
    public async Task A_hundred_claims_at_once_never_get_a_package_twice()
    {
        const int Published = 60;
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        byte[] lastResort = alice.NewKeyPackage(lastResort: true);
        await PublishAsync(alice, alice.NewKeyPackages(Published), lastResort);

        KeyPackagesClaimed[] claims = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => alice.KeyPackages.Claim(ByStranger())));

        string[] packages = [.. claims.Select(claim => Convert.ToHexString(Assert.Single(claim.Packages).KeyPackage))];
        string[] oneTime = [.. packages.Where(package => package != Convert.ToHexString(lastResort))];
        Assert.Equal(Published, oneTime.Length);
        Assert.Equal(Published, oneTime.Distinct().Count());
    }

    [Fact]
    public async Task Two_activations_that_claim_at_once_never_hand_out_a_package_twice()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        byte[] lastResort = alice.NewKeyPackage(lastResort: true);
        await PublishAsync(alice, alice.NewKeyPackages(60), lastResort);
        KeyPackageClaim claim = new(alice.User, [alice.Device], LastResortOnly: false);

        IReadOnlyList<DeviceKeyPackage>[] claims = await Task.WhenAll(
            Enumerable.Range(0, 100).Select(_ => Packages.ClaimAsync(claim, Cluster.Time.GetUtcNow(), Cancelled)));

        string[] oneTime =
        [
            .. claims
                .Select(packages => Convert.ToHexString(Assert.Single(packages).KeyPackage))
                .Where(package => package != Convert.ToHexString(lastResort)),
        ];
        Assert.InRange(oneTime.Length, 1, 60);
        Assert.Equal(oneTime.Length, oneTime.Distinct().Count());
    }

    [Fact]
    public async Task Nobody_without_packages_or_account_gives_any()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        using TestAccount nobody = new(Cluster);

        Assert.Empty((await alice.KeyPackages.Claim(ByStranger())).Packages);
        Assert.Empty((await nobody.KeyPackages.Claim(ByStranger())).Packages);
    }

    [Fact]
    public async Task A_repeated_upload_counts_once_and_brings_no_used_package_back()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        byte[][] packages = alice.NewKeyPackages(2);
        await PublishAsync(alice, packages);

        KeyPackagesPublished again = await PublishAsync(alice, [packages[1], packages[0], packages[0]]);
        Assert.Equal(Of((alice.Device, packages[0])), await ClaimAsync(alice));
        KeyPackagesPublished afterClaim = await PublishAsync(alice, packages);
        Assert.Equal(Of((alice.Device, packages[1])), await ClaimAsync(alice));

        Assert.Equal((KeyPackageStatus.Accepted, 2), (again.Status, again.Available));
        Assert.Equal((KeyPackageStatus.Accepted, 1), (afterClaim.Status, afterClaim.Available));
        Assert.Empty(await ClaimAsync(alice));
    }

    [Fact]
    public async Task A_device_takes_back_what_it_published_before_and_nobody_brings_it_back()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        DeviceId phone = alice.AddDevice();
        await alice.PublishAsync(2, alice.Device, phone);
        byte[][] packages = alice.NewKeyPackages(4);
        byte[] lastResort = alice.NewKeyPackage(lastResort: true);
        byte[] ofPhone = alice.NewKeyPackage(phone);
        await PublishAsync(alice, packages[..3], lastResort);
        await PublishAsync(alice, [ofPhone], device: phone);
        PublishKeyPackages replacing = new(alice.CallerOf(), packages[2..], null, Replace: true);

        KeyPackagesPublished first = await alice.KeyPackages.Publish(replacing);
        KeyPackagesPublished repeated = await alice.KeyPackages.Publish(replacing);
        KeyPackagesPublished late = await PublishAsync(alice, packages[..2]);

        Assert.Equal((KeyPackageStatus.Accepted, 2), (first.Status, first.Available));
        Assert.Equal((KeyPackageStatus.Accepted, 2), (repeated.Status, repeated.Available));
        Assert.Equal((KeyPackageStatus.Accepted, 2), (late.Status, late.Available));
        Assert.Equal(Of((alice.Device, packages[2]), (phone, ofPhone)), await ClaimAsync(alice));
        Assert.Equal(Of((alice.Device, packages[3])), await ClaimAsync(alice));
        Assert.Equal(Of((alice.Device, lastResort)), await ClaimAsync(alice));
    }

    [Fact]
    public async Task A_full_device_takes_back_and_publishes_in_one_step_and_a_refused_upload_takes_nothing_back()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        byte[][] packages = alice.NewKeyPackages(Limits.KeyPackagesPerDevice + 50);
        await PublishAsync(alice, packages[..100]);

        KeyPackagesPublished huge = await alice.KeyPackages.Publish(new PublishKeyPackages(alice.CallerOf(), packages[..101], null, Replace: true));
        KeyPackagesPublished broken = await alice.KeyPackages.Publish(new PublishKeyPackages(alice.CallerOf(), [[1]], null, Replace: true));
        KeyPackagesPublished filled = await PublishAsync(alice, [packages[0]]);
        KeyPackagesPublished replaced = await alice.KeyPackages.Publish(new PublishKeyPackages(alice.CallerOf(), packages[100..], null, Replace: true));

        Assert.Equal((KeyPackageStatus.TooMany, 100), (huge.Status, huge.Available));
        Assert.Equal(KeyPackageStatus.Invalid, broken.Status);
        Assert.Equal(100, filled.Available);
        Assert.Equal((KeyPackageStatus.Accepted, 50), (replaced.Status, replaced.Available));
    }

    [Fact]
    public async Task A_new_last_resort_replaces_the_old_one()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        byte[] old = alice.NewKeyPackage(lastResort: true);
        byte[] young = alice.NewKeyPackage(lastResort: true);

        await PublishAsync(alice, [], old);
        await PublishAsync(alice, [], old);
        Assert.Equal(Of((alice.Device, old)), await ClaimAsync(alice));
        await PublishAsync(alice, [], young);

        Assert.Equal(Of((alice.Device, young)), await ClaimAsync(alice));
    }

    [Fact]
    public async Task A_device_keeps_a_hundred_packages_and_an_upload_beyond_is_refused_as_a_whole()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        byte[][] packages = alice.NewKeyPackages(Limits.KeyPackagesPerDevice + 1);
        await PublishAsync(alice, packages[..99]);

        KeyPackagesPublished beyond = await PublishAsync(alice, packages[99..], alice.NewKeyPackage(lastResort: true));
        KeyPackagesPublished huge = await PublishAsync(alice, packages);
        KeyPackagesPublished filled = await PublishAsync(alice, [packages[99]]);
        KeyPackagesPublished again = await PublishAsync(alice, packages[..100]);

        Assert.Equal((KeyPackageStatus.TooMany, 99), (beyond.Status, beyond.Available));
        Assert.Equal((KeyPackageStatus.TooMany, 99), (huge.Status, huge.Available));
        Assert.Equal((KeyPackageStatus.Accepted, 100), (filled.Status, filled.Available));
        Assert.Equal((KeyPackageStatus.Accepted, 100), (again.Status, again.Available));
        Assert.Empty((await Packages.ClaimAsync(new(alice.User, [alice.Device], LastResortOnly: true), Cluster.Time.GetUtcNow(), Cancelled)));
    }

    [Fact]
    public async Task Two_uploads_at_once_do_not_exceed_the_limit_together()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        KeyPackageUpload[] uploads = [.. Enumerable.Range(0, 4).Select(_ => UploadOf(alice, 40))];

        KeyPackageWrite[] writes = await Task.WhenAll(uploads.Select(upload => Packages.PublishAsync(upload, Cluster.Time.GetUtcNow(), Cancelled)));

        Assert.Equal(2, writes.Count(write => write.Stored));
        Assert.Equal(80, writes.Max(write => write.Available));
    }

    [Fact]
    public async Task A_package_that_is_not_what_it_should_be_is_refused_and_nothing_is_stored()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        using TestAccount mallory = await TestAccount.RegisterAsync(Cluster, "mallory");
        DeviceId phone = alice.AddDevice();
        await alice.PublishAsync(2, alice.Device, phone);
        byte[] good = alice.NewKeyPackage();
        byte[] tampered = [.. good];
        tampered[^1] ^= 1;
        byte[][] wrong =
        [
            [],
            [1, 2, 3],
            [.. good, 0],
            tampered,
            good[..^1216],
            [.. good[..^1216], .. alice.NewKeyPackage()[^1216..]],
            new byte[Limits.KeyPackageBytes + 1],
            mallory.NewKeyPackage(),
            alice.NewKeyPackage(phone),
            alice.NewKeyPackage(identity: MemberIdentity.Encode(mallory.User.Value, mallory.Device.Value)),
            alice.NewKeyPackage(identity: [1]),
            alice.NewKeyPackage(signer: phone),
            alice.NewKeyPackage(lifetime: TimeSpan.FromSeconds(-1)),
            alice.NewKeyPackage(lastResort: true),
        ];

        foreach (byte[] package in wrong)
        {
            Assert.Equal(KeyPackageStatus.Invalid, (await PublishAsync(alice, [good, package])).Status);
        }

        Assert.Equal(KeyPackageStatus.Invalid, (await PublishAsync(alice, [good], lastResort: alice.NewKeyPackage())).Status);
        Assert.Equal(KeyPackageStatus.Invalid, (await PublishAsync(alice, [.. alice.NewKeyPackages(100), []], lastResort: [])).Status);
        Assert.Empty(await ClaimAsync(alice));
    }

    [Fact]
    public async Task Only_a_certified_device_of_the_account_publishes()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        using TestAccount mallory = await TestAccount.RegisterAsync(Cluster, "mallory");
        using TestAccount nobody = new(Cluster);
        DeviceId uncertified = alice.AddDevice();

        Assert.Equal(KeyPackageStatus.DeviceRevoked, (await PublishAsync(alice, alice.NewKeyPackages(1, uncertified), device: uncertified)).Status);
        Assert.Equal(KeyPackageStatus.DeviceRevoked, (await PublishAsync(nobody, nobody.NewKeyPackages(1))).Status);
        KeyPackagesPublished foreign = await alice.KeyPackages.Publish(new PublishKeyPackages(mallory.CallerOf(), mallory.NewKeyPackages(1), null));
        Assert.Equal(KeyPackageStatus.DeviceRevoked, foreign.Status);
        Assert.Empty(await ClaimAsync(alice));
    }

    [Fact]
    public async Task Nobody_takes_all_packages_of_another()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        byte[] lastResort = alice.NewKeyPackage(lastResort: true);
        await PublishAsync(alice, alice.NewKeyPackages(20), lastResort);
        ClaimKeyPackages greedy = ByStranger();

        int taken = await CountOneTimeAsync(greedy, 15);
        int ofOther = await CountOneTimeAsync(ByStranger(), 1);
        Cluster.Time.Advance(TimeSpan.FromMinutes(21));
        int later = await CountOneTimeAsync(greedy, 5);

        Assert.Equal((10, 1, 2), (taken, ofOther, later));

        async Task<int> CountOneTimeAsync(ClaimKeyPackages claim, int times)
        {
            int oneTime = 0;
            for (int index = 0; index < times; index++)
            {
                byte[] package = Assert.Single((await alice.KeyPackages.Claim(claim)).Packages).KeyPackage;
                oneTime += package.AsSpan().SequenceEqual(lastResort) ? 0 : 1;
            }

            return oneTime;
        }
    }

    [Fact]
    public async Task Expired_packages_are_not_handed_out_and_the_sweep_removes_them_and_old_traces()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        byte[] shortLived = alice.NewKeyPackage(lifetime: TimeSpan.FromDays(1));
        byte[] longLived = alice.NewKeyPackage();
        await PublishAsync(alice, [alice.NewKeyPackage(), shortLived, longLived]);
        await ClaimAsync(alice);
        IAccountUpkeep upkeep = Cluster.Services.GetRequiredService<IAccountUpkeep>();

        Assert.Equal(0, await SweepAsync());
        Cluster.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(Of((alice.Device, longLived)), await ClaimAsync(alice));
        Assert.Equal(1, await SweepAsync());
        Cluster.Time.Advance(TimeSpan.FromDays(29));
        Assert.Equal(1, await SweepAsync());
        Cluster.Time.Advance(TimeSpan.FromDays(3));
        Assert.Equal(1, await SweepAsync());
        Assert.Equal(0, await SweepAsync());

        Task<int> SweepAsync() => upkeep.DropKeyPackagesAsync(
            Cluster.Time.GetUtcNow(), Cluster.Time.GetUtcNow() - TimeSpan.FromDays(30), 10, Cancelled);
    }

    private static ClaimKeyPackages ByStranger() => new(new Caller(UserId.New(), DeviceId.New()));

    private static KeyPackageUpload UploadOf(TestAccount account, int packages)
    {
        PublishKeyPackages request = new(account.CallerOf(), account.NewKeyPackages(packages), null);
        CertifiedDevice device = new(account.Device, account.KeyOf(account.Device));
        Assert.True(KeyPackageRules.TryRead(request, device, 0, out KeyPackageUpload? upload));
        return upload;
    }

    private static Task<KeyPackagesPublished> PublishAsync(
        TestAccount account, byte[][] oneTime, byte[]? lastResort = null, DeviceId? device = null) =>
        account.KeyPackages.Publish(new PublishKeyPackages(account.CallerOf(device), oneTime, lastResort));

    private static async Task<HashSet<(DeviceId, string)>> ClaimAsync(TestAccount account) =>
        Of([.. (await account.KeyPackages.Claim(ByStranger())).Packages.Select(package => (package.Device, package.KeyPackage))]);

    private static HashSet<(DeviceId, string)> Of(params (DeviceId Device, byte[] Package)[] packages) =>
        [.. packages.Select(package => (package.Device, Convert.ToHexString(package.Package)))];
}

/// <summary>The contract over storage in memory.</summary>
public sealed class KeyPackageInMemoryTests() : KeyPackageContract(AccountStorage.InMemory());

/// <summary>The contract over PostgreSQL.</summary>
public sealed class KeyPackagePostgresTests(PostgresFixture postgres) : KeyPackageContract(AccountStorage.On(postgres));
