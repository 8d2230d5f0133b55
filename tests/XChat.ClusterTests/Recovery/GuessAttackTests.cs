using System.Collections.Concurrent;
using System.Diagnostics;

using Npgsql;

using XChat.Crypto.Recovery;
using XChat.GrainInterfaces.Recovery;
using XChat.Grains.Recovery;
using XChat.Protocol.Recovery;
using XChat.Storage.Recovery;
using XChat.Testing.Database;
using XChat.Testing.Recovery;

namespace XChat.ClusterTests.Recovery;

/// <summary>What an attacker gets, counted: online against several silos and realms, and offline with copies of the databases.</summary>
public sealed class GuessAttackTests(PostgresFixture postgres)
{
    private const string Pin = "7391";
    private const int Limit = 10;
    private const int Realms = 3;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_guesses_at_once_through_two_silos_replayed_and_with_lost_answers_get_no_more_than_the_limit()
    {
        await using RecoveryStorage storage = RecoveryStorage.On(postgres);
        FaultyGuessLedger ledger = null!;
        await using RecoveryCluster cluster = await storage.StartAsync(
            options => options.GuessWaits = "00:00:00", inner => ledger = new FaultyGuessLedger(inner));
        using RecoveringPerson alice = new(cluster);
        await alice.SetPinAsync(Pin);
        ConcurrentDictionary<(int, string), bool> evaluated = new();
        ledger.LoseAnswers(5);

        ParallelOptions crowd = new() { MaxDegreeOfParallelism = 24, CancellationToken = Cancelled };
        await Parallel.ForEachAsync(Enumerable.Range(0, 120), crowd, async (i, _) =>
        {
            using PinAttempt attempt = alice.Attempt($"wrong {i}");
            for (int replay = 0; replay < 2; replay++)
            {
                await EvaluateAsync(alice, i % Realms, attempt, evaluated);
            }
        });

        int[] perRealm = [.. Enumerable.Range(0, Realms).Select(realm => evaluated.Keys.Count(key => key.Item1 == realm))];
        int wholeGuesses = perRealm.Sum() / RecoveringPerson.Threshold;
        TestContext.Current.SendDiagnosticMessage(
            "240 calls at once got {0} evaluations per realm: at most {1} PINs, of {2} allowed.",
            string.Join(" + ", perRealm), wholeGuesses, Realms * Limit / RecoveringPerson.Threshold);
        Assert.All(perRealm, count => Assert.InRange(count, 1, Limit));
        Assert.InRange(wholeGuesses, 1, Realms * Limit / RecoveringPerson.Threshold);
        for (int realm = 0; realm < Realms; realm++)
        {
            Assert.Equal(Limit, await CountedAsync(storage.Databases[realm]));
        }
    }

    [Fact]
    public async Task Writers_that_know_nothing_of_each_other_count_to_the_limit_and_no_further()
    {
        await using RecoveryStorage storage = RecoveryStorage.On(postgres);
        await using RecoveryCluster cluster = await storage.StartAsync(_ => { });
        using RecoveringPerson alice = new(cluster);
        await alice.SetPinAsync(Pin);
        await using RealmDatabases databases = new(new Dictionary<Guid, NpgsqlDataSource>
        {
            [cluster.Realms[0].Realm] = NpgsqlDataSource.Create(storage.Databases[0].ConnectionString),
        });
        PostgresGuessLedger[] writers = [new(databases), new(databases), new(databases)];

        GuessCount?[] counts = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => writers[i % writers.Length].CountAsync(
            alice.KeyAt(0),
            new CountedGuess(new byte[32], alice.Statement.Version, 1, Guid.Empty, DateTimeOffset.UnixEpoch, [TimeSpan.Zero]),
            Cancelled)));

        Assert.Equal(Enumerable.Range(1, Limit), counts.OfType<GuessCount>().Select(count => count.Guesses).Order());
    }

    [Fact]
    public async Task One_realm_less_than_the_threshold_and_the_main_database_give_nothing_and_the_threshold_gives_all()
    {
        await using RecoveryStorage storage = RecoveryStorage.On(postgres);
        await using RecoveryCluster cluster = await storage.StartAsync(_ => { });
        using RecoveringPerson alice = new(cluster);
        await alice.SetPinAsync(Pin);
        RealmDeposit[] dumps = await Task.WhenAll(Enumerable.Range(0, Realms).Select(realm => DumpAsync(cluster, storage, alice, realm)));
        string[] pins = [.. Enumerable.Range(0, 10_000).Select(pin => $"{pin:0000}")];

        // The attacker has the realm's key file too; what the main database adds is the account key and the device list, which are public.
        foreach (RealmDeposit one in dumps)
        {
            Assert.Null(Try(alice.Statement, pins, [one]));
        }

        long started = Stopwatch.GetTimestamp();
        string? found = Try(alice.Statement, pins, dumps[..RecoveringPerson.Threshold]);
        TimeSpan cheap = Stopwatch.GetElapsedTime(started);
        started = Stopwatch.GetTimestamp();
        StretchedPin.Of(Pin, alice.Statement.Version, alice.Statement.AccountKey, PinCost.Standard).Dispose();
        TimeSpan once = Stopwatch.GetElapsedTime(started);

        TestContext.Current.SendDiagnosticMessage(
            "Two realms' databases with their keys gave the PIN {0} after {1:0.0} s with the test's cheap Argon2id; with the real one ({2:0.000} s a PIN) "
            + "all 10,000 take {3:0} minutes on one core.",
            found, cheap.TotalSeconds, once.TotalSeconds, once.TotalMinutes * pins.Length);
        Assert.Equal(Pin, found);
        Assert.Equal(alice.Keys.ExportRoot(), Guess(alice.Statement, Pin, dumps[1..]));
    }

    [Fact]
    public async Task A_copy_of_a_database_from_before_a_refresh_does_not_combine_with_one_from_after()
    {
        await using RecoveryStorage storage = RecoveryStorage.On(postgres);
        await using RecoveryCluster cluster = await storage.StartAsync(_ => { });
        using RecoveringPerson alice = new(cluster);
        await alice.SetPinAsync(Pin);
        RecoveryStatement before = alice.Statement;
        RealmDeposit old = await DumpAsync(cluster, storage, alice, 0);
        await alice.RefreshAsync();
        RealmDeposit[] renewed = [await DumpAsync(cluster, storage, alice, 0), await DumpAsync(cluster, storage, alice, 1)];

        Assert.Null(Guess(before, Pin, [old, renewed[1]]));
        Assert.Equal(alice.Keys.ExportRoot(), Guess(alice.Statement, Pin, renewed));
    }

    [Fact]
    public async Task A_database_without_the_realms_key_shows_no_share()
    {
        await using RecoveryStorage storage = RecoveryStorage.On(postgres);
        await using RecoveryCluster cluster = await storage.StartAsync(_ => { });
        using RecoveringPerson alice = new(cluster);
        await alice.SetPinAsync(Pin);
        RealmDeposit deposit = await DumpAsync(cluster, storage, alice, 0);

        await using NpgsqlCommand read = storage.Databases[0].DataSource.CreateCommand("SELECT recovery_record::text FROM recovery_record");
        string row = (string)(await read.ExecuteScalarAsync(Cancelled))!;

        Assert.All(
            [deposit.OprfShare, deposit.ScalarShare, deposit.Tag, deposit.Ciphertext, alice.Keys.ExportRoot()],
            secret => Assert.DoesNotContain(Convert.ToHexStringLower(secret), row, StringComparison.Ordinal));
    }

    private static async Task EvaluateAsync(
        RecoveringPerson alice, int realm, PinAttempt attempt, ConcurrentDictionary<(int, string), bool> evaluated)
    {
        try
        {
            PinEvaluated answer = await alice.GuessesAt(realm).Evaluate(alice.GuessOf(realm, attempt));
            if (answer.Status == RecoveryStatus.Accepted)
            {
                evaluated[(realm, Convert.ToHexString(attempt.BlindedElement))] = true;
            }
        }
        catch (TimeoutException)
        {
            // The ledger's lost answer: as if the silo had died between the count and the answer.
        }
    }

    private static async Task<long> CountedAsync(TestDatabase database)
    {
        await using NpgsqlCommand count = database.DataSource.CreateCommand("SELECT count(*) FROM recovery_attempt");
        return (long)(await count.ExecuteScalarAsync(Cancelled))!;
    }

    /// <summary>What whoever has a realm's database and its key file reads.</summary>
    private static async Task<RealmDeposit> DumpAsync(RecoveryCluster cluster, RecoveryStorage storage, RecoveringPerson alice, int realm)
    {
        await using RealmDatabases databases = new(new Dictionary<Guid, NpgsqlDataSource>
        {
            [cluster.Realms[realm].Realm] = NpgsqlDataSource.Create(storage.Databases[realm].ConnectionString),
        });
        StoredRecovery? row = await new PostgresRecoveryStore(databases).LoadAsync(alice.KeyAt(realm), Cancelled);
        return DepositSeal.Open(cluster.Realms[realm], alice.KeyAt(realm), row!.Current!);
    }

    /// <summary>The first PIN that opens what the dumps hold; all are tried when none does.</summary>
    private static string? Try(RecoveryStatement statement, string[] pins, IReadOnlyList<RealmDeposit> dumps)
    {
        ConcurrentBag<string> found = [];
        _ = Parallel.ForEach(pins, (pin, loop) =>
        {
            if (Guess(statement, pin, dumps) is not null)
            {
                found.Add(pin);
                loop.Stop();
            }
        });
        return found.SingleOrDefault();
    }

    /// <summary>
    /// An offline guess: what the dumps hold is taken for the whole key, and everything that shows the right PIN is looked at: the commitment, the tag,
    /// and the ciphertext.
    /// </summary>
    private static byte[]? Guess(RecoveryStatement statement, string pin, IReadOnlyList<RealmDeposit> dumps)
    {
        byte[] one = Ristretto.Scalar(1);
        byte[] key = SecretSharing.Combine([.. dumps.Select(dump => new SecretShare(statement.At(dump.Realm)!.Index, dump.OprfShare))]);
        byte[] scalar = SecretSharing.Combine([.. dumps.Select(dump => new SecretShare(statement.At(dump.Realm)!.Index, dump.ScalarShare))]);
        using StretchedPin stretched = StretchedPin.Of(pin, statement.Version, statement.AccountKey, RecoveringPerson.Cost);
        byte[] element = Oprf.Blind(OprfContext.Verifiable, stretched.AccessKey, one);
        using UnlockKeys unlock = UnlockKeys.From(Oprf.Finalize(stretched.AccessKey, one, Ristretto.Multiply(key, element)!)!);
        bool known = unlock.Commitment.AsSpan().SequenceEqual(statement.UnlockCommitment)
            || dumps.Any(dump => unlock.TagFor(dump.Realm).AsSpan().SequenceEqual(dump.Tag));
        return PinVault.TryOpen(stretched, scalar, statement, dumps[0].Ciphertext, out byte[]? root) || known ? root ?? [] : null;
    }
}
