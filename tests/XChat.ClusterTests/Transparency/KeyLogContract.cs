using System.Security.Cryptography;

using Microsoft.Extensions.DependencyInjection;

using XChat.ClusterTests.Accounts;
using XChat.Crypto.Identity;
using XChat.Crypto.Transparency;
using XChat.GrainInterfaces;
using XChat.GrainInterfaces.Transparency;
using XChat.Grains.Accounts;
using XChat.Grains.Transparency;
using XChat.Protocol;
using XChat.Protocol.Transparency;
using XChat.Testing.Accounts;
using XChat.Testing.Database;
using XChat.Testing.Transparency;

namespace XChat.ClusterTests.Transparency;

/// <summary>What the key log promises, whatever storage is below it.</summary>
public abstract class KeyLogContract(AccountStorage storage) : AccountClusterTest(storage)
{
    private ITransparencyLogGrain Log => Cluster.Grains.TransparencyLog();

    private FaultyTransparencyStore Faults => (FaultyTransparencyStore)Cluster.Services.GetRequiredService<ITransparencyStore>();

    [Fact]
    public async Task A_registration_and_every_device_list_are_proven()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        using TestAccount bob = await TestAccount.RegisterAsync(Cluster, "bob");
        AccountStatement first = await ProvenAsync("alice", 1);
        await alice.PublishAsync(2, alice.Device, alice.AddDevice());

        AccountStatement second = await ProvenAsync("@Alice", 2);

        byte[] list = (await alice.Account.Describe()).DeviceList;
        Assert.Equal((alice.User.Value, 1L, 2L), (first.User, first.Version, second.Version));
        Assert.Equal(alice.AccountKey, second.AccountKey);
        Assert.Equal(SHA256.HashData(list), second.DeviceListHash);
        Assert.Equal(MerkleProof.LeafHash(first.Encode()), second.Previous);
        Assert.Equal(bob.User.Value, (await ProvenAsync("bob", 1)).User);
        Assert.Equal(LookUpStatementStatus.NotLogged, (await Log.LookUp(new LookUpStatement("nobody", 1, 0))).Status);
        Assert.Equal(LookUpStatementStatus.NotLogged, (await Log.LookUp(new LookUpStatement("no handle at all", 1, 0))).Status);
    }

    [Fact]
    public async Task A_key_that_the_account_was_passed_on_to_is_logged_with_the_signature_of_the_one_before()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        AccountStatement first = await ProvenAsync("alice", 1);
        await alice.PublishAsync(2, alice.AddDevice());
        AccountStatement second = await ProvenAsync("alice", 2);
        await alice.PublishAsync(3, [.. (await alice.Account.Describe()).Devices.Select(device => device.Device), alice.Device]);
        AccountStatement third = await ProvenAsync("alice", 3);

        Assert.Null(first.Succession);
        Assert.True(second.Succeeds(first.AccountKey));
        Assert.Equal(alice.AccountKey, second.AccountKey);
        Assert.Null(third.Succession);
        Assert.Equal(second.AccountKey, third.AccountKey);
    }

    [Fact]
    public async Task Heads_continue_each_other_and_the_pages_replay_to_them()
    {
        TestAccount[] people = await Task.WhenAll(Enumerable.Range(0, 9).Select(index => TestAccount.RegisterAsync(Cluster, $"person_{index + 2}")));
        await ProvenAsync("person_2", 1);
        LogHead early = (await HeadAsync(0)).Head;
        foreach (TestAccount person in people)
        {
            await person.PublishAsync(2, person.Device, person.AddDevice());
        }

        await ProvenAsync("person_10", 2);
        await Cluster.DeactivateAsync(Log);
        (LogHead late, IReadOnlyList<byte[]> proof) = await HeadAsync(early.Size);

        KeyLog replay = new();
        for (long at = 0; at < late.Size; at = replay.State.Size)
        {
            Assert.All((await Log.Read(new ReadLogPage(at, 7))).Statements, statement => Assert.Null(replay.Append(statement)));
        }

        Assert.True(MerkleProof.VerifyConsistency(early.Size, late.Size, early.LogRoot, late.LogRoot, proof));
        Assert.True(replay.Head(replay.State, late.TimeMs).SameLog(late));
        Assert.Equal(18, late.Size);
        Assert.Empty((await Log.Read(new ReadLogPage(late.Size, 7))).Statements);
        Assert.Empty((await Log.Read(new ReadLogPage(-1, Limits.LogStatementsPerPage))).Statements);
        Array.ForEach(people, person => person.Dispose());
    }

    [Fact]
    public async Task What_was_written_before_a_crash_is_logged_by_the_next_drain_and_once()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        byte[] list = alice.SignedList(2, alice.Device);
        await Store.PublishAsync(new DeviceListWrite(alice.User, 2, list, [alice.Device], []), Cluster.Time.GetUtcNow(), Cancelled);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Cluster.Grains.TransparencyUpkeep().Drain()));

        (LogHead head, _) = await HeadAsync(0);
        Assert.Equal(2, head.Size);
        Assert.Equal(SHA256.HashData(list), (await ProvenAsync("alice", 2)).DeviceListHash);
    }

    [Theory]
    [InlineData(AppendFault.Fails)]
    [InlineData(AppendFault.AnswerLost)]
    public async Task A_transaction_of_unknown_outcome_loses_nothing_and_repeats_nothing(AppendFault fault)
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        await ProvenAsync("alice", 1);
        using TestAccount bob = await TestAccount.RegisterAsync(Cluster, "bob");
        Faults.Next = fault;
        await Assert.ThrowsAnyAsync<Exception>(() => Cluster.Grains.TransparencyUpkeep().Drain());

        Assert.Equal(bob.User.Value, (await ProvenAsync("bob", 1)).User);
        Assert.Equal(2, (await HeadAsync(0)).Head.Size);
        Assert.Equal(alice.User.Value, (await ProvenAsync("alice", 1)).User);
    }

    [Fact]
    public async Task An_activation_that_was_overtaken_goes_on_from_where_the_other_one_stands()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        await ProvenAsync("alice", 1);
        using TestAccount bob = await TestAccount.RegisterAsync(Cluster, "bob");
        await AppendElsewhereAsync();
        using TestAccount carol = await TestAccount.RegisterAsync(Cluster, "carol");

        Assert.Equal(carol.User.Value, (await ProvenAsync("carol", 1)).User);

        Assert.Equal(bob.User.Value, (await ProvenAsync("bob", 1)).User);
        Assert.Equal(3, (await HeadAsync(0)).Head.Size);
    }

    [Fact]
    public async Task A_log_whose_rows_were_changed_is_not_served()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        using AccountKeys other = AccountKeys.Generate();
        AccountStatement real = await ProvenAsync("alice", 1);
        await TamperAsync((real with { AccountKey = other.PublicKey }).Encode());
        await Cluster.DeactivateAsync(Log);

        Exception refused = await Assert.ThrowsAnyAsync<Exception>(() => Log.DescribeHead(new DescribeLogHead(0)));

        Assert.Contains("not the one that was signed", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_that_grew_old_is_signed_anew()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        await ProvenAsync("alice", 1);
        LogHead before = (await HeadAsync(0)).Head;
        Cluster.Time.Advance(TimeSpan.FromHours(1));

        LogHead after = (await HeadAsync(0)).Head;

        Assert.True(after.TimeMs >= before.TimeMs + 3_600_000);
        Assert.True(after.SameLog(before));
    }

    /// <summary>Replaces the first statement in the rows.</summary>
    protected abstract Task TamperAsync(byte[] statement);

    /// <summary>As another activation would write, with the key that both have.</summary>
    private async Task AppendElsewhereAsync()
    {
        KeyLog log = new();
        Assert.All(await Faults.ReadAsync(0, 100, Cancelled), statement => Assert.Null(log.Append(statement)));
        long from = log.State.Size;
        IReadOnlyList<PendingStatement> pending = await Faults.ReadPendingAsync(100, Cancelled);
        IReadOnlyList<NewStatement> statements = TransparencyRules.Append(log, pending);
        StoredLogKey key = (await Faults.LoadKeysAsync(Cancelled))[^1];
        using NSec.Cryptography.Key signing = NSec.Cryptography.Key.Import(
            NSec.Cryptography.SignatureAlgorithm.Ed25519, key.Seed, NSec.Cryptography.KeyBlobFormat.RawPrivateKey);
        byte[] head = SignedLogHead.Sign(signing, key.Number, log.Head(log.State, Cluster.Time.GetUtcNow().ToUnixTimeMilliseconds())).Encode();
        Assert.True(await Faults.AppendAsync(
            new LogBatch(from, statements, [.. pending.Select(change => change.Position)], new StoredLogHead(log.State.Size, head)), Cancelled));
    }

    private async Task<AccountStatement> ProvenAsync(string handle, long version)
    {
        StatementLookedUp found = await Log.LookUp(new LookUpStatement(handle, version, 0));
        Assert.Equal(LookUpStatementStatus.Found, found.Status);
        SignedLogHead head = await VerifiedAsync(found.Head.SignedHead);
        Assert.True(new LookupProof(found.Index, found.Inclusion, found.Path).Verify(
            head.Head, handle.TrimStart('@').ToLowerInvariant(), found.Statement, out AccountStatement? statement));
        return statement;
    }

    private async Task<(LogHead Head, IReadOnlyList<byte[]> Consistency)> HeadAsync(long from)
    {
        LogHeadDescribed described = await Log.DescribeHead(new DescribeLogHead(from));
        return ((await VerifiedAsync(described.SignedHead)).Head, described.Consistency);
    }

    private async Task<SignedLogHead> VerifiedAsync(byte[] signedHead)
    {
        LogKeyDescription key = Assert.Single((await Log.ListKeys()).Keys);
        Assert.True(SignedLogHead.TryDecode(signedHead, out SignedLogHead? head));
        Assert.True(head.Verify(key.PublicKey));
        return head;
    }
}

/// <summary>The contract over storage in memory.</summary>
public sealed class KeyLogInMemoryTests : KeyLogContract
{
    private readonly InMemoryAccounts _accounts;

    public KeyLogInMemoryTests()
        : this(new InMemoryAccounts())
    {
    }

    private KeyLogInMemoryTests(InMemoryAccounts accounts)
        : base(AccountStorage.InMemory(accounts)) => _accounts = accounts;

    [Fact]
    public async Task A_rotated_key_is_endorsed_by_the_one_before_and_signs()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(Cluster, "alice");
        LogHeadDescribed before = await Cluster.Grains.TransparencyLog().DescribeHead(new DescribeLogHead(0));
        await using AccountCluster rotated = await AccountCluster.StartAsync(
            _accounts, configureLog: options => (options.KeyNumber, options.SweepPause) = (3, TimeSpan.FromHours(1)));

        LogHeadDescribed after = await rotated.Grains.TransparencyLog().DescribeHead(new DescribeLogHead(0));

        LogKey[] keys =
        [
            .. (await rotated.Grains.TransparencyLog().ListKeys()).Keys.Select(key => new LogKey(key.Number, key.PublicKey, key.Endorsement)),
        ];
        Assert.True(SignedLogHead.TryDecode(before.SignedHead, out SignedLogHead? old));
        Assert.True(SignedLogHead.TryDecode(after.SignedHead, out SignedLogHead? head));
        Assert.Equal((1, 3), (old.KeyNumber, head.KeyNumber));
        Assert.True(head.Verify(LogKey.Follow(keys[0], 3, keys)!.PublicKey));
        Assert.Equal(1, head.Head.Size);
    }

    [Fact]
    public async Task A_backlog_is_worked_off_in_turns_and_nobody_is_told_that_what_waits_is_not_logged()
    {
        await using AccountCluster busy = await AccountCluster.StartAsync(
            _accounts, configureLog: options => (options.Batch, options.Turn, options.SweepPause) = (5, TimeSpan.FromSeconds(10), TimeSpan.FromHours(1)));
        FaultyTransparencyStore store = (FaultyTransparencyStore)busy.Services.GetRequiredService<ITransparencyStore>();
        ITransparencyLogGrain log = busy.Grains.TransparencyLog();
        Assert.Equal(0, await SizeAsync(log));
        TestAccount[] people = await Task.WhenAll(Enumerable.Range(0, 21).Select(index => TestAccount.RegisterAsync(busy, $"person_{index + 2}")));
        // A transaction of five takes longer than a turn.
        store.Appended = () => busy.Time.Advance(TimeSpan.FromSeconds(20));

        await busy.Grains.TransparencyUpkeep().Drain();

        Assert.Equal(5, await SizeAsync(log));
        IReadOnlyList<PendingStatement> waiting = await store.ReadPendingAsync(100, Cancelled);
        Assert.Equal(16, waiting.Count);
        Exception early = await Assert.ThrowsAnyAsync<Exception>(() => log.LookUp(new LookUpStatement(waiting[^1].Label, 1, 0)));
        Assert.IsType<StorageUnavailableException>(early);
        Assert.Equal(10, await SizeAsync(log));
        Assert.Equal(LookUpStatementStatus.Found, (await log.LookUp(new LookUpStatement(waiting[0].Label, 1, 0))).Status);
        await busy.Grains.TransparencyUpkeep().Drain();
        await busy.Grains.TransparencyUpkeep().Drain();
        Assert.Equal(LookUpStatementStatus.Found, (await log.LookUp(new LookUpStatement(waiting[^1].Label, 1, 0))).Status);
        Assert.Equal(21, await SizeAsync(log));
        Assert.Equal(LookUpStatementStatus.NotLogged, (await log.LookUp(new LookUpStatement("nobody", 1, 0))).Status);
        Array.ForEach(people, person => person.Dispose());
    }

    private static async Task<long> SizeAsync(ITransparencyLogGrain log)
    {
        Assert.True(SignedLogHead.TryDecode((await log.DescribeHead(new DescribeLogHead(0))).SignedHead, out SignedLogHead? head));
        return head.Head.Size;
    }

    protected override Task TamperAsync(byte[] statement)
    {
        _accounts.Transparency.Tamper(0, statement);
        return Task.CompletedTask;
    }
}

/// <summary>The contract over PostgreSQL.</summary>
public sealed class KeyLogPostgresTests(PostgresFixture postgres) : KeyLogContract(AccountStorage.On(postgres))
{
    protected override async Task TamperAsync(byte[] statement)
    {
        await using Npgsql.NpgsqlCommand command = Cluster.Services.GetRequiredService<Npgsql.NpgsqlDataSource>()
            .CreateCommand("UPDATE key_log_entry SET statement = $1 WHERE index = 0");
        command.Parameters.Add(new Npgsql.NpgsqlParameter<byte[]> { TypedValue = statement });
        Assert.Equal(1, await command.ExecuteNonQueryAsync(Cancelled));
    }
}
