using XChat.EndToEndTests.Standalone;
using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Client;

/// <summary>One standalone server as a person starts it, shared by the tests of the collection.</summary>
public sealed class StandaloneFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private TestProcess? _server;

    public Uri Server { get; } = new($"http://127.0.0.1:{FreePort.Next()}");

    public async ValueTask InitializeAsync()
    {
        _server = TestProcess.StartDotnet(
            ProjectOutput.Of("deploy/standalone", "xchat-standalone"), ["--data", _folder.Path, "--urls", Server.OriginalString]);
        await _server.WaitForLineAsync("XChat is ready", CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            // As root the database files belong to another account until it has stopped.
            _server.SendTerminate();
            _ = await _server.WaitForExitAsync(CancellationToken.None);
            await _server.DisposeAsync();
        }

        _folder.Dispose();
    }
}

/// <summary>Tests that share the standalone server.</summary>
[CollectionDefinition]
public sealed class StandaloneCollection : ICollectionFixture<StandaloneFixture>;
