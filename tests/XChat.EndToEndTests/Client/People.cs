using XChat.Client.Conversations;
using XChat.Client;
using XChat.EndToEndTests.Standalone;
using XChat.Testing.Processes;
using XChat.Testing;

namespace XChat.EndToEndTests.Client;

/// <summary>People with the SDK, each with a profile of their own, for the time of one test.</summary>
internal sealed class People : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TestProcess.Patience;

    private readonly TemporaryFolder _folder = new();
    private readonly List<XChatClient> _clients = [];

    /// <summary>The folder that holds all profiles.</summary>
    public string Folder => _folder.Path;

    /// <summary>A handle that no other test has.</summary>
    public static string NewHandle(string name) => $"@{name}_{Guid.NewGuid().ToString("N")[..10]}";

    /// <summary>Registers somebody new and connects.</summary>
    public async Task<XChatClient> JoinAsync(Uri server, string name, CancellationToken cancellationToken)
    {
        string handle = NewHandle(name);
        XChatClient client = await OpenAsync(handle, server, cancellationToken);
        _ = await client.RegisterAsync(handle, cancellationToken);
        await client.ConnectAsync(cancellationToken);
        return client;
    }

    /// <summary>Opens the profile of a handle; the first time it is new.</summary>
    public async Task<XChatClient> OpenAsync(string handle, Uri server, CancellationToken cancellationToken)
    {
        XChatClient client = await XChatClient.OpenAsync(
            new XChatClientOptions { ProfileFolder = Path.Combine(_folder.Path, handle[1..]), Server = server }, cancellationToken);
        lock (_clients)
        {
            _clients.Add(client);
        }

        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_clients.Select(client => client.DisposeAsync().AsTask()));
        _folder.Dispose();
    }

    /// <summary>The texts of a conversation, as the client's own store holds them, in order.</summary>
    public static async Task<string[]> TextsAsync(XChatClient client, Guid conversation, CancellationToken cancellationToken) =>
        [.. (await client.ReadAsync(conversation, 0, 5_000, cancellationToken)).Where(line => line.Seq > 0).Select(line => line.Text).OfType<string>()];

    /// <summary>Waits until a client's store holds exactly these texts in this order.</summary>
    public static async Task ExpectAsync(XChatClient client, Guid conversation, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        string[] held = await Eventually.GetAsync(
            () => TextsAsync(client, conversation, cancellationToken), held => held.Length >= texts.Count, cancellationToken, Patience);
        Assert.Equal(texts, held);
    }

    /// <summary>Waits until a client is in a conversation.</summary>
    public static Task ExpectStageAsync(XChatClient client, Guid conversation, ConversationStage stage, CancellationToken cancellationToken) =>
        Eventually.HoldsAsync(
            () => IsInAsync(client, conversation, stage, cancellationToken), cancellationToken, Patience, what: $"{client.Self?.Handle} is {stage}");

    private static async Task<bool> IsInAsync(XChatClient client, Guid conversation, ConversationStage stage, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.ConversationAsync(conversation, cancellationToken)).Stage == stage;
        }
        catch (XChatException unknown) when (unknown.Reason == ClientErrorReason.NotFound)
        {
            return false;
        }
    }
}
