using BenchmarkDotNet.Attributes;

using XChat.Client;
using XChat.Crypto.Recovery;
using XChat.Testing.Processes;

namespace XChat.Benchmarks.Recovery;

/// <summary>
/// What a person waits for who comes back with handle and PIN: on a standalone server with its three realms and PostgreSQL, in a process of its own. The
/// aim is 1.5 s besides Argon2id, which is measured alone: it is slow on purpose. Each recovery adds a device, and an account has ten.
/// </summary>
[InProcess]
[WarmupCount(1), IterationCount(7), InvocationCount(1, 1)]
public class RecoveryBenchmarks
{
    private const string Pin = "7391";

    private readonly string _folder = Directory.CreateTempSubdirectory("xchat-benchmark-").FullName;
    private readonly string _url = $"http://127.0.0.1:{FreePort.Next()}";
    private TestProcess _server = null!;
    private int _profiles;

    [GlobalSetup]
    public async Task Setup()
    {
        _server = TestProcess.StartDotnet(
            ProjectOutput.Of("deploy/standalone", "xchat-standalone"), ["--data", Path.Combine(_folder, "data"), "--urls", _url],
            new Dictionary<string, string?> { ["XChat__RateLimits__Recoveries__Burst"] = "100000" });
        await _server.WaitForLineAsync("XChat is ready", CancellationToken.None, TimeSpan.FromSeconds(60));
        await using XChatClient alice = await OpenAsync();
        await alice.RegisterAsync("@alice");
        await alice.ConnectAsync();
        await alice.SetPinAsync(Pin);
    }

    [GlobalCleanup]
    public async Task Cleanup()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The part that is slow on purpose.</summary>
    [Benchmark(Baseline = true)]
    public static void Argon2id() => StretchedPin.Of(Pin, new byte[StretchedPin.VersionSize], new byte[32], PinCost.Standard).Dispose();

    /// <summary>From an empty folder to a certified device: realms asked, proofs of work found, PIN opened, device list published.</summary>
    [Benchmark]
    public async Task Recover()
    {
        await using XChatClient recovered = await OpenAsync();
        _ = await recovered.RecoverAsync("@alice", Pin);
    }

    /// <summary>The same, signed in and with key packages for others.</summary>
    [Benchmark]
    public async Task RecoverAndConnect()
    {
        await using XChatClient recovered = await OpenAsync();
        _ = await recovered.RecoverAsync("@alice", Pin);
        await recovered.ConnectAsync();
    }

    private Task<XChatClient> OpenAsync() => XChatClient.OpenAsync(
        new XChatClientOptions { ProfileFolder = Path.Combine(_folder, $"profile{Interlocked.Increment(ref _profiles)}"), Server = new Uri(_url) });
}
