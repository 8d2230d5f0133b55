using System.Security.Cryptography;

using NSec.Cryptography;

using XChat.Crypto.Recovery;
using XChat.GrainInterfaces.Recovery;
using XChat.Protocol.Recovery;
using XChat.Testing.Database;
using XChat.Testing.Recovery;

namespace XChat.ClusterTests.Recovery;

/// <summary>What realms promise, whatever storage is below them.</summary>
public abstract class RecoveryContract(RecoveryStorage storage) : IAsyncLifetime
{
    private const string Pin = "7391";
    private const string Wrong = "0815";

    protected RecoveryCluster Cluster { get; private set; } = null!;

    protected FaultyGuessLedger Ledger { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Cluster = await storage.StartAsync(_ => { }, ledger => Ledger = new FaultyGuessLedger(ledger));
        Cluster.Time.Stop();
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await storage.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task The_right_pin_opens_the_root_secret_at_any_two_realms_and_gives_all_guesses_back()
    {
        using RecoveringPerson alice = new(Cluster);
        await alice.SetPinAsync(Pin);
        Assert.Equal(RecoveryStatus.WrongTag, await alice.GuessAsync(0, Wrong));
        Assert.Equal(9, (await alice.GuessesAt(0).Find()).GuessesLeft);

        foreach (int[] realms in (int[][])[[0, 1], [1, 2], [2, 0]])
        {
            Assert.Equal(alice.Keys.ExportRoot(), await alice.RecoverAsync(Pin, realms));
        }

        Assert.Equal((RecoveryStatus.Accepted, 10, 0L), Of(await alice.GuessesAt(0).Find()));
        Assert.Null(await alice.RecoverAsync(Wrong));
    }

    [Fact]
    public async Task Three_guesses_are_free_and_ten_take_weeks_and_then_the_shares_are_destroyed()
    {
        using RecoveringPerson alice = new(Cluster);
        await alice.SetPinAsync(Pin);
        TimeSpan waited = TimeSpan.Zero;
        List<TimeSpan> waits = [];
        for (int guess = 1; guess <= 10; guess++)
        {
            RecoveryFound found = await alice.GuessesAt(0).Find();
            TimeSpan wait = TimeSpan.FromMinutes(Math.Ceiling(Math.Max(0, found.NextAttemptAtMs - found.TimeMs) / 60_000.0));
            if (wait > TimeSpan.Zero)
            {
                Assert.Equal(RecoveryStatus.TooEarly, await alice.GuessAsync(0, Wrong));
                Cluster.Time.Advance(wait);
            }

            waits.Add(wait);
            waited += wait;
            Assert.Equal(guess == 10 ? RecoveryStatus.Destroyed : RecoveryStatus.WrongTag, await alice.GuessAsync(0, Wrong));
        }

        Assert.All(waits.Take(3), wait => Assert.Equal(TimeSpan.Zero, wait));
        Assert.True(waits.Zip(waits.Skip(1)).All(pair => pair.First <= pair.Second));
        Assert.True(waited > TimeSpan.FromDays(14), $"ten guesses took {waited}");
        Cluster.Time.Advance(TimeSpan.FromDays(30));
        Assert.Equal((RecoveryStatus.Destroyed, 0), ((await alice.GuessesAt(0).Find()).Status, (await alice.GuessesAt(0).Find()).GuessesLeft));
        Assert.Null(await alice.RecoverAsync(Pin, 0, 1));
        Assert.Null((await alice.DescribeAsync(0)).Current);
        Assert.Equal(alice.Keys.ExportRoot(), await alice.RecoverAsync(Pin, 1, 2));
        await alice.SetPinAsync("another 64-character PIN is possible too");
        Assert.Equal(alice.Keys.ExportRoot(), await alice.RecoverAsync("another 64-character PIN is possible too", 0, 1));
    }

    [Fact]
    public async Task A_guess_whose_answer_was_lost_is_counted_once_and_answered_when_it_is_repeated()
    {
        using RecoveringPerson alice = new(Cluster);
        await alice.SetPinAsync(Pin);
        using PinAttempt attempt = alice.Attempt(Pin);
        EvaluatePin guess = alice.GuessOf(0, attempt);
        Ledger.LoseAnswers(1);

        await Assert.ThrowsAsync<TimeoutException>(() => alice.GuessesAt(0).Evaluate(guess));
        int afterLoss = (await alice.GuessesAt(0).Find()).GuessesLeft;
        PinEvaluated[] repeated = [await alice.GuessesAt(0).Evaluate(guess), await alice.GuessesAt(0).Evaluate(guess)];

        Assert.Equal(9, afterLoss);
        Assert.All(repeated, answer => Assert.Equal((RecoveryStatus.Accepted, 9), (answer.Status, answer.GuessesLeft)));
        Assert.True(attempt.IsGenuine(new ShareEvaluation(Cluster.Realms[0].Realm, repeated[1].Evaluated!, repeated[1].Proof!)));
    }

    [Fact]
    public async Task Guesses_by_nobody_in_particular_cost_work_and_uncounted_ones_cost_the_owner_nothing()
    {
        using RecoveringPerson alice = new(Cluster);
        await alice.SetPinAsync(Pin);
        using PinAttempt attempt = alice.Attempt(Wrong);
        EvaluatePin good = alice.GuessOf(0, attempt);
        (EvaluatePin Guess, RecoveryStatus Status)[] refused =
        [
            (good with { Generation = 2 }, RecoveryStatus.VersionUnknown),
            (good with { Version = new byte[16] }, RecoveryStatus.VersionUnknown),
            (alice.GuessOf(0, attempt, stamped: false), RecoveryStatus.ProofRejected),
            (good with { ProofTimeMs = good.ProofTimeMs - 700_000 }, RecoveryStatus.ProofRejected),
            (good with { ProofTimeMs = long.MaxValue }, RecoveryStatus.ProofRejected),
            (alice.GuessOf(1, attempt), RecoveryStatus.ProofRejected),
            (good with { Device = new DeviceAuthority([1, 2, 3], new byte[32]) }, RecoveryStatus.NotAuthorised),
        ];

        foreach ((EvaluatePin guess, RecoveryStatus status) in refused)
        {
            // A stamp for another realm has one chance in sixteen to be good here too, in a test's difficulty.
            RecoveryStatus answer = (await alice.GuessesAt(0).Evaluate(guess)).Status;
            Assert.True(answer == status || (status == RecoveryStatus.ProofRejected && answer == RecoveryStatus.Accepted), $"{answer} instead of {status}");
        }

        Assert.InRange((await alice.GuessesAt(0).Find()).GuessesLeft, 8, 10);
    }

    [Fact]
    public async Task A_veto_stops_strangers_and_not_the_devices_and_a_replayed_one_forbids_nothing_more()
    {
        using RecoveringPerson alice = new(Cluster);
        await alice.SetPinAsync(Pin);
        DeviceAuthority veto = alice.Prove(0, RealmOperation.Veto, 0);

        Assert.Equal(RecoveryStatus.Accepted, (await alice.UpkeepAt(0).Veto(new VetoRecovery(veto))).Status);
        Assert.Equal(RecoveryStatus.Vetoed, await alice.GuessAsync(0, Wrong));
        using PinAttempt check = alice.Attempt(Pin);
        EvaluatePin byDevice = alice.GuessOf(0, check, stamped: false) with { Device = alice.Prove(0, RealmOperation.Evaluate, 0) };
        Assert.Equal(RecoveryStatus.Accepted, (await alice.GuessesAt(0).Evaluate(byDevice)).Status);
        Cluster.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(RecoveryStatus.Accepted, (await alice.UpkeepAt(0).Veto(new VetoRecovery(veto))).Status);
        Cluster.Time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(4));

        Assert.Equal(RecoveryStatus.WrongTag, await alice.GuessAsync(0, Wrong));
        Assert.Equal(RecoveryStatus.NotAuthorised, (await alice.UpkeepAt(0).Veto(new VetoRecovery(veto))).Status);
    }

    [Fact]
    public async Task A_stranger_with_the_handle_cannot_burn_the_guesses()
    {
        byte[] gate = RandomNumberGenerator.GetBytes(32);
        using RecoveringPerson alice = new(Cluster);
        await alice.SetPinAsync(Pin, SHA256.HashData(gate));
        using RecoveringPerson bob = new(Cluster);
        await bob.SetPinAsync(Pin);
        List<RecoveryStatus> ofAlice = [];
        List<RecoveryStatus> ofBob = [];
        // A day of a stranger who never sleeps, against a code in front of the PIN and against a device that is alive.
        for (int hour = 0; hour < 24; hour++)
        {
            for (int realm = 0; realm < 3; realm++)
            {
                ofAlice.Add(await alice.GuessAsync(realm, Wrong, RandomNumberGenerator.GetBytes(32)));
                ofBob.Add(await bob.GuessAsync(realm, Wrong));
                if ((await bob.DescribeAsync(realm)).Attempts.Any(attempt => attempt.Device == Guid.Empty))
                {
                    _ = await bob.VetoAsync(realm);
                }
            }

            Cluster.Time.Advance(TimeSpan.FromHours(1));
        }

        int left = (await bob.GuessesAt(0).Find()).GuessesLeft;
        TestContext.Current.SendDiagnosticMessage(
            "A stranger's {0} guesses in a day: {1} counted with a code, {2} with a device that vetoes.",
            ofAlice.Count, ofAlice.Count(status => status == RecoveryStatus.WrongTag), ofBob.Count(status => status == RecoveryStatus.WrongTag));
        Assert.All(ofAlice, status => Assert.Equal(RecoveryStatus.GateClosed, status));
        Assert.Equal(10, (await alice.GuessesAt(0).Find()).GuessesLeft);
        Assert.Equal(3, ofBob.Count(status => status == RecoveryStatus.WrongTag));
        Assert.Equal(9, left);
        Assert.Equal(RecoveryStatus.WrongTag, await alice.GuessAsync(0, Wrong, gate));
    }

    [Fact]
    public async Task Only_a_certified_device_of_the_account_changes_a_record_and_only_at_the_realm_that_it_signed_for()
    {
        using RecoveringPerson alice = new(Cluster);
        using RecoveringPerson mallory = new(Cluster);
        await alice.SetPinAsync(Pin);
        await mallory.SetPinAsync(Pin);
        long revision = (await alice.DescribeAsync(0)).Revision;
        using Key other = Key.Create(SignatureAlgorithm.Ed25519);
        DeviceAuthority good = alice.Prove(0, RealmOperation.Delete, revision);
        DeviceAuthority[] refused =
        [
            alice.Prove(0, RealmOperation.Delete, revision, audience: Cluster.Realms[1].Realm),
            alice.Prove(0, RealmOperation.Veto, revision),
            alice.Prove(0, RealmOperation.Delete, revision, at: Cluster.Time.GetUtcNow() - TimeSpan.FromMinutes(11)),
            alice.Prove(0, RealmOperation.Delete, revision, at: Cluster.Time.GetUtcNow() + TimeSpan.FromMinutes(11)),
            alice.Prove(0, RealmOperation.Delete, revision, signer: other),
            mallory.Prove(0, RealmOperation.Delete, revision),
            good with { BodyHash = new byte[32] },
            new DeviceAuthority([], []),
            new DeviceAuthority(RandomNumberGenerator.GetBytes(500), new byte[32]),
        ];

        foreach (DeviceAuthority authority in refused)
        {
            Assert.Equal(RecoveryStatus.NotAuthorised, (await alice.UpkeepAt(0).Delete(new DeleteRecovery(authority))).Status);
        }

        alice.ListVersion = 3;
        Assert.Equal(RecoveryStatus.Accepted, (await alice.DescribeAsync(0)).Status);
        Assert.Equal(RecoveryStatus.NotAuthorised, (await alice.UpkeepAt(0).Delete(new DeleteRecovery(good))).Status);
        Assert.Equal(alice.Keys.ExportRoot(), await alice.RecoverAsync(Pin, 0, 1));
        DeviceAuthority newest = alice.Prove(0, RealmOperation.Delete, revision);
        Assert.Equal(RecoveryStatus.Accepted, (await alice.UpkeepAt(0).Delete(new DeleteRecovery(newest))).Status);
        Assert.Equal(RecoveryStatus.NotRegistered, (await alice.GuessesAt(0).Find()).Status);
    }

    [Fact]
    public async Task A_recorded_change_is_worth_nothing_after_the_next()
    {
        using RecoveringPerson alice = new(Cluster);
        (byte[] statement, IReadOnlyList<RealmDeposit> deposits) = PinVault.Create(
            alice.Keys, "0000", [.. Cluster.Realms.Select(realm => realm.Realm)], RecoveringPerson.Threshold, RecoveringPerson.Cost);
        DepositRecovery recorded = new(
            alice.Prove(0, RealmOperation.Deposit, 0), statement, deposits[0].OprfShare, deposits[0].ScalarShare, deposits[0].Tag,
            deposits[0].Ciphertext, null);
        Assert.Equal(RecoveryStatus.Accepted, (await alice.UpkeepAt(0).Deposit(recorded)).Status);
        Assert.Equal(RecoveryStatus.AlreadyAccepted, (await alice.UpkeepAt(0).Deposit(recorded)).Status);
        await alice.SetPinAsync(Pin);

        RecoveryStatus replayed = (await alice.UpkeepAt(0).Deposit(recorded)).Status;

        Assert.Equal(RecoveryStatus.StaleRevision, replayed);
        Assert.Equal(alice.Keys.ExportRoot(), await alice.RecoverAsync(Pin));
    }

    [Fact]
    public async Task Shares_that_are_not_those_of_the_statement_are_refused()
    {
        using RecoveringPerson alice = new(Cluster);
        using RecoveringPerson bob = new(Cluster);
        (byte[] statement, IReadOnlyList<RealmDeposit> deposits) = PinVault.Create(
            alice.Keys, Pin, [.. Cluster.Realms.Select(realm => realm.Realm)], RecoveringPerson.Threshold, RecoveringPerson.Cost);
        (byte[] ofBob, _) = PinVault.Create(
            bob.Keys, Pin, [.. Cluster.Realms.Select(realm => realm.Realm)], RecoveringPerson.Threshold, RecoveringPerson.Cost);

        Assert.Equal(RecoveryStatus.Invalid, await alice.DepositAsync(0, ofBob, deposits[0]));
        Assert.Equal(RecoveryStatus.Invalid, await alice.DepositAsync(0, statement, deposits[1]));
        Assert.Equal(RecoveryStatus.Invalid, await alice.DepositAsync(0, statement, deposits[0] with { OprfShare = deposits[0].ScalarShare }));
        Assert.Equal(RecoveryStatus.Invalid, await alice.DepositAsync(0, statement, deposits[0] with { ScalarShare = new byte[32] }));
        Assert.Equal(RecoveryStatus.Invalid, await alice.DepositAsync(0, statement, deposits[0] with { Ciphertext = new byte[48] }));
        Assert.Equal(RecoveryStatus.Invalid, await alice.DepositAsync(0, statement[1..], deposits[0]));
        Assert.Equal(RecoveryStatus.NotRegistered, (await alice.GuessesAt(0).Find()).Status);
    }

    [Fact]
    public async Task Refreshed_shares_open_as_before()
    {
        using RecoveringPerson alice = new(Cluster);
        await alice.SetPinAsync(Pin);

        await alice.RefreshAsync();
        await alice.RefreshAsync();

        Assert.Equal(3u, alice.Statement.Generation);
        Assert.Equal(alice.Keys.ExportRoot(), await alice.RecoverAsync(Pin, 2, 1));
        Assert.Null(await alice.RecoverAsync(Wrong));
    }

    [Fact]
    public async Task The_devices_are_shown_who_tried()
    {
        using RecoveringPerson alice = new(Cluster);
        await alice.SetPinAsync(Pin);
        _ = await alice.GuessAsync(0, Wrong);
        _ = await alice.RecoverAsync(Pin, 0, 1);
        using PinAttempt unfinished = alice.Attempt(Wrong);
        _ = await alice.GuessesAt(0).Evaluate(alice.GuessOf(0, unfinished));
        using PinAttempt check = alice.Attempt(Pin);
        _ = await alice.GuessesAt(0).Evaluate(
            alice.GuessOf(0, check, stamped: false) with { Device = alice.Prove(0, RealmOperation.Evaluate, 0) });

        RecoveryDescription there = await alice.DescribeAsync(0);

        Assert.Equal(
            [
                (RecoveryOutcome.Attempted, alice.Device), (RecoveryOutcome.Attempted, Guid.Empty), (RecoveryOutcome.Released, Guid.Empty),
                (RecoveryOutcome.WrongPin, Guid.Empty),
            ],
            there.Attempts.Select(attempt => (attempt.Outcome, attempt.Device)));
        Assert.Equal(8, there.GuessesLeft);
    }

    private static (RecoveryStatus, int, long) Of(RecoveryFound found) => (found.Status, found.GuessesLeft, found.NextAttemptAtMs);
}

/// <summary>The contract over storage in memory.</summary>
public sealed class RecoveryInMemoryTests() : RecoveryContract(RecoveryStorage.InMemory());

/// <summary>The contract over PostgreSQL.</summary>
public sealed class RecoveryPostgresTests(PostgresFixture postgres) : RecoveryContract(RecoveryStorage.On(postgres));
