using XChat.EndToEndTests.Standalone;
using XChat.Testing;
using XChat.Testing.Database;
using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Recovery;

/// <summary>A realm as its operator runs it: a key file, a database, and processes that come and go.</summary>
internal sealed class RealmProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TestProcess.Patience;

    private readonly TestDatabase _database;
    private readonly string _keyFile;
    private readonly int _port = FreePort.Next();
    private readonly int _siloPort = FreePort.Next();
    private readonly int _gatewayPort = FreePort.Next();
    private TestProcess? _process;

    private RealmProcess(TestDatabase database, string keyFile) => (_database, _keyFile) = (database, keyFile);

    /// <summary>The realm in the form that <c>xchat-realm configure</c> takes.</summary>
    public string Description { get; private set; } = string.Empty;

    private string Url => $"http://127.0.0.1:{_port}";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static string Program => ProjectOutput.Of("silo/XChat.Realm", "xchat-realm");

    public static async Task<RealmProcess> CreateAsync(PostgresFixture postgres, TemporaryFolder folder, int number)
    {
        RealmProcess realm = new(await postgres.CreateEmptyDatabaseAsync(Cancelled), Path.Combine(folder.Path, $"realm{number}.key"));
        await using TestProcess key = TestProcess.StartDotnet(
            Program, ["key", "--key-file", realm._keyFile, "--name", $"operator {number}", "--address", realm.Url]);
        Assert.Equal(0, await key.WaitForExitAsync(Cancelled, Patience));
        realm.Description = Assert.Single(key.Output);
        return realm;
    }

    public async Task StartAsync()
    {
        _process = TestProcess.StartDotnet(
            Program,
            [
                "--postgres", _database.ConnectionString, "--key-file", _keyFile, "--urls", Url, "--silo-port", $"{_siloPort}",
                "--gateway-port", $"{_gatewayPort}",
            ],
            new Dictionary<string, string?>
            {
                ["XChat__Recovery__GuessWaits"] = "00:00:00", ["XChat__Recovery__Difficulty"] = "4", ["XChat__RateLimits__Recoveries__Burst"] = "100000",
            });
        await Eventually.HoldsAsync(IsReadyAsync, Cancelled, Patience, what: $"{Url} is ready");
    }

    /// <summary>As a power cut would, and then it comes back.</summary>
    public async Task KillAndRestartAsync()
    {
        _process!.Kill();
        await _process.DisposeAsync();
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        await _database.DisposeAsync();
    }

    private async Task<bool> IsReadyAsync()
    {
        bool ready = await Readiness.IsReadyAsync(new Uri(Url), Cancelled);
        Assert.True(ready || !_process!.HasExited, _process!.Transcript());
        return ready;
    }
}
