using XChat.Cli.Output;
using XChat.Client;
using XChat.Client.Delivery;

namespace XChat.Cli;

/// <summary>An open profile for the time of one command. Security warnings go to standard error as they come up.</summary>
internal sealed class ProfileSession : IAsyncDisposable
{
    private readonly Task _warnings;

    private ProfileSession(XChatClient client)
    {
        Client = client;
        _warnings = ShowWarningsAsync(client.ListenAsync(CancellationToken.None));
    }

    public XChatClient Client { get; }

    /// <summary>Why there is no connection, when <see cref="TryConnectAsync"/> found none.</summary>
    public XChatException? Unreachable { get; private set; }

    public static async Task<ProfileSession> OpenAsync(string folder, Uri? server, CancellationToken cancellationToken) =>
        new(await XChatClient.OpenAsync(new XChatClientOptions { ProfileFolder = folder, Server = server }, cancellationToken));

    /// <summary>Connects if the server can be reached; otherwise the command goes on with what this device has.</summary>
    public async Task TryConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Client.ConnectAsync(cancellationToken);
        }
        catch (XChatException problem) when (problem.Reason == ClientErrorReason.ServerUnreachable)
        {
            Unreachable = problem;
        }
    }

    /// <summary>Ends a command that did what could be done: without a connection, with what that means for its result.</summary>
    public async Task<int> EndAsync(string withoutConnection)
    {
        if (Unreachable is null)
        {
            return ExitCode.Done;
        }

        await Console.Error.WriteLineAsync($"xchat: {Unreachable.Message} {withoutConnection}");
        return ExitCode.Unreachable;
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _warnings;
    }

    private static async Task ShowWarningsAsync(IAsyncEnumerable<ChatEvent> events)
    {
        await foreach (ChatEvent happened in events)
        {
            if (happened is SecurityWarned warned)
            {
                await Console.Error.WriteLineAsync($"SECURITY WARNING: {TerminalText.Line(warned.Warning.Text)}");
            }
        }
    }
}
