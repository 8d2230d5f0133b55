using Microsoft.Extensions.DependencyInjection;

using Npgsql;

using XChat.Client;
using XChat.Client.Conversations;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;
using XChat.Storage.Wallets;
using XChat.Testing;
using XChat.Testing.Wallets;

namespace XChat.FaultTests.Workload;

/// <summary>The people of a run, their conversations and their money.</summary>
internal sealed class Population : IAsyncDisposable
{
    /// <summary>What each one starts with.</summary>
    public const long Funds = 50_00;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<Person> _people = [];
    private readonly List<(Guid Conversation, int[] People)> _conversations = [];
    private readonly CancellationTokenSource _listening = new();
    private readonly List<Task> _listeners = [];

    /// <summary>The one currency.</summary>
    public static Currency Euro { get; } = new("EUR");

    /// <summary>Everybody.</summary>
    public IReadOnlyList<Person> People => _people;

    /// <summary>Conversations, with who is in each.</summary>
    public IReadOnlyList<(Guid Conversation, int[] People)> Conversations => _conversations;

    /// <summary>Everybody's account.</summary>
    public Guid[] Users => [.. _people.Select(person => person.Client.RequireSelf().User)];

    /// <summary>Registers people at the frontends in turn, makes their conversations and gives each the same money.</summary>
    public static async Task<Population> CreateAsync(
        int people, IReadOnlyList<Uri> servers, string folder, string database, History history, CancellationToken cancellationToken)
    {
        Population population = new();
        try
        {
            for (int i = 0; i < people; i++)
            {
                XChatClient client = await XChatClient.OpenAsync(
                    new XChatClientOptions { ProfileFolder = Path.Combine(folder, $"person-{i}"), Server = servers[i % servers.Count] }, cancellationToken);
                Person person = new(i, client, history);
                population._people.Add(person);
                _ = await client.RegisterAsync($"@person_{i}_{Guid.NewGuid().ToString("N")[..6]}", cancellationToken);
                population._listeners.Add(person.ListenAsync(population._listening.Token));
                await client.ConnectAsync(cancellationToken);
            }

            await population.MeetAsync(cancellationToken);
            await FundAsync(database, population.Users);
            return population;
        }
        catch
        {
            await population.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _listening.CancelAsync();
        await Task.WhenAll(_listeners);
        await Task.WhenAll(_people.Select(person => person.Client.DisposeAsync().AsTask()));
        _listening.Dispose();
    }

    /// <summary>One conversation with everybody, one for each three neighbours, and one for each pair of neighbours.</summary>
    private async Task MeetAsync(CancellationToken cancellationToken)
    {
        await OpenAsync([.. Enumerable.Range(0, _people.Count)], cancellationToken);
        for (int i = 0; i < _people.Count; i++)
        {
            int[] neighbours = [i, (i + 1) % _people.Count, (i + 2) % _people.Count];
            await OpenAsync(i % 2 == 0 ? neighbours : neighbours[..2], cancellationToken);
        }
    }

    private async Task OpenAsync(int[] people, CancellationToken cancellationToken)
    {
        XChatClient first = _people[people[0]].Client;
        string[] others = [.. people[1..].Select(person => _people[person].Client.RequireSelf().Handle)];
        Guid conversation = others.Length == 1
            ? await first.OpenDirectAsync(others[0], cancellationToken)
            : await first.CreateGroupAsync($"Group {_conversations.Count}", others, cancellationToken);
        _conversations.Add((conversation, people));
        foreach (int person in people)
        {
            await Eventually.HoldsAsync(
                () => IsInAsync(_people[person].Client, conversation, cancellationToken), cancellationToken, Patience, what: $"person {person} is in");
        }
    }

    private static async Task<bool> IsInAsync(XChatClient client, Guid conversation, CancellationToken cancellationToken) =>
        (await client.ConversationsAsync(cancellationToken)).Any(one => one.Id == conversation && one.Stage == ConversationStage.Joined);

    /// <summary>Transfers of the server's own, as a rail makes them.</summary>
    private static async Task FundAsync(string database, Guid[] users)
    {
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(database);
        await using WalletCluster rail = await WalletCluster.StartAsync(services => services.AddSingleton(source).AddWalletStorage());
        foreach (Guid user in users)
        {
            await rail.FundAsync(new UserId(user), Funds);
        }
    }
}
