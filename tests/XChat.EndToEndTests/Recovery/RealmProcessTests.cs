using System.Collections.Concurrent;

using XChat.Client;
using XChat.Client.Recovery;
using XChat.Crypto.Recovery;
using XChat.EndToEndTests.Standalone;
using XChat.Protocol.Recovery;
using XChat.Testing.Database;
using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Recovery;

/// <summary>Realms as processes of their own, each with its key and database, killed while somebody guesses.</summary>
public sealed class RealmProcessTests(PostgresFixture postgres)
{
    private const int Realms = 3;
    private const int Limit = 10;
    private const int Kills = 3;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_again_and_again_while_it_is_guessed_at_a_realm_gives_no_more_than_its_limit()
    {
        using TemporaryFolder folder = new();
        List<RealmProcess> realms = [];
        try
        {
            for (int number = 0; number < Realms; number++)
            {
                realms.Add(await RealmProcess.CreateAsync(postgres, folder, number));
            }

            RealmConfiguration configuration = await ConfigureAsync(folder, realms);
            await Task.WhenAll(realms.Select(realm => realm.StartAsync()));
            using RecoveryOwner alice = new(folder, configuration);
            await alice.SetPinAsync("7391");

            int evaluated = await GuessWhileKillingAsync(realms[0], alice);
            FindRecoveryResult after = await alice.Clients[0].CallAsync<FindRecoveryRequest, FindRecoveryResult>(
                RealmOperation.Find, new FindRecoveryRequest(alice.AccountKey), Cancelled);

            TestContext.Current.SendDiagnosticMessage(
                "A realm that was killed {0} times evaluated {1} PINs, of {2} allowed.", Kills, evaluated, Limit);
            Assert.InRange(evaluated, 1, Limit);
            Assert.Equal(0, after.GuessesLeft);
            PinOpening elsewhere = new([.. alice.Clients.Skip(1)], alice.AccountKey, null, RecoveryOwner.Cost);
            Assert.Equal(alice.Root, await elsewhere.OpenAsync("7391", null, Cancelled));
        }
        finally
        {
            foreach (RealmProcess realm in realms)
            {
                await realm.DisposeAsync();
            }
        }
    }

    /// <summary>Guessers that repeat what got no answer, as an attacker would, until the realm has none left; and somebody who pulls the plug.</summary>
    private static async Task<int> GuessWhileKillingAsync(RealmProcess realm, RecoveryOwner alice)
    {
        ConcurrentDictionary<string, bool> evaluated = new();
        using SemaphoreSlim answered = new(0);
        Task[] guessers = [.. Enumerable.Range(0, 8).Select(guesser => Task.Run(() => GuessAsync(alice, guesser, evaluated, answered), Cancelled))];
        for (int kill = 0; kill < Kills; kill++)
        {
            // After an answer, so that calls are under way.
            Assert.True(await answered.WaitAsync(TestProcess.Patience, Cancelled), "No guess was answered.");
            await realm.KillAndRestartAsync();
        }

        await Task.WhenAll(guessers).WaitAsync(TestProcess.Patience, Cancelled);
        return evaluated.Count;
    }

    private static async Task GuessAsync(RecoveryOwner alice, int guesser, ConcurrentDictionary<string, bool> evaluated, SemaphoreSlim answered)
    {
        RealmClient realm = alice.Clients[0];
        for (int pin = 0; ; pin++)
        {
            using PinAttempt attempt = PinAttempt.Start(alice.Statement, $"wrong {guesser} {pin}", RecoveryOwner.Cost);
            EvaluatePinResult? result = null;
            while (result is null)
            {
                Cancelled.ThrowIfCancellationRequested();
                result = await TryEvaluateAsync(alice, realm, attempt);
            }

            if (result.Status != RecoveryStatus.Accepted)
            {
                Assert.Contains(result.Status, (RecoveryStatus[])[RecoveryStatus.Destroyed, RecoveryStatus.VersionUnknown]);
                return;
            }

            evaluated[Convert.ToHexString(attempt.BlindedElement)] = true;
            _ = answered.Release();
        }
    }

    private static async Task<EvaluatePinResult?> TryEvaluateAsync(RecoveryOwner alice, RealmClient realm, PinAttempt attempt)
    {
        try
        {
            long timeMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            long nonce = RecoveryProof.Solve(realm.Id, alice.AccountKey, attempt.BlindedElement, timeMs, 4, Cancelled);
            return await realm.CallAsync<EvaluatePinRequest, EvaluatePinResult>(
                RealmOperation.Evaluate,
                new EvaluatePinRequest(
                    alice.AccountKey, alice.Statement.Version, (int)alice.Statement.Generation, attempt.BlindedElement, timeMs, nonce, null),
                Cancelled);
        }
        catch (XChatException problem) when (problem.Reason == ClientErrorReason.ServerUnreachable)
        {
            await Task.Delay(20, Cancelled);
            return null;
        }
    }

    private static async Task<RealmConfiguration> ConfigureAsync(TemporaryFolder folder, List<RealmProcess> realms)
    {
        string output = Path.Combine(folder.Path, "realms.configuration");
        await using TestProcess configure = TestProcess.StartDotnet(
            ProjectOutput.Of("silo/XChat.Realm", "xchat-realm"),
            [
                "configure", "--signer-file", Path.Combine(folder.Path, "signer.key"), "--output", output,
                .. realms.SelectMany(realm => (string[])["--realm", realm.Description]),
            ]);
        Assert.True(await configure.WaitForExitAsync(Cancelled) == 0, configure.Transcript());
        Assert.True(RealmConfiguration.TryVerify(await File.ReadAllBytesAsync(output, Cancelled), out RealmConfiguration? configuration));
        Assert.Equal((2, 3, false), (configuration.Threshold, configuration.RegisterAt, configuration.OneOperator));
        return configuration;
    }
}
