using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

using Npgsql;

using XChat.Crypto.Wallets;
using XChat.Testing.Database;

namespace XChat.Testing.Processes;

/// <summary>The rail of play money as a process over a database of its own, told when to settle, how to misbehave and what to take back.</summary>
public sealed class RailSimProcess : IAsyncDisposable
{
    private const string Key = "abcdefghijklmnopqrstuvwx";
    private const string ReadyLine = "The rail of PLAY MONEY is ready at ";

    private readonly TestProcess _process;
    private readonly TestDatabase _database;
    private readonly HttpClient _http;

    private RailSimProcess(TestProcess process, TestDatabase database, string url)
    {
        (_process, _database, Url) = (process, database, url);
        _http = new HttpClient { BaseAddress = new Uri(url) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    /// <summary>Where it listens.</summary>
    public string Url { get; }

    /// <summary>The key for its API.</summary>
    public static string ApiKey => Key;

    /// <summary>What it signs webhooks with, as bytes.</summary>
    public static IReadOnlyList<byte> SecretBytes { get; } = [.. Enumerable.Range(1, 32).Select(number => (byte)number)];

    /// <summary>What it signs webhooks with, as it is handed out.</summary>
    public static string Secret { get; } = WebhookSignature.WriteSecret([.. SecretBytes]);

    /// <summary>What a silo has to be told to use it.</summary>
    public IReadOnlyDictionary<string, string?> SiloSettings => new Dictionary<string, string?>
    {
        ["XChat__Rails__Sim__Url"] = Url,
        ["XChat__Rails__Sim__ApiKey"] = Key,
        ["XChat__Rails__Sim__WebhookSecrets"] = Secret,
    };

    /// <summary>Starts one on a free port. It settles nothing before it is told to, and sends webhooks once it knows where to.</summary>
    public static async Task<RailSimProcess> StartAsync(PostgresFixture postgres, CancellationToken cancellationToken)
    {
        TestDatabase database = await postgres.CreateDatabaseAsync(cancellationToken);
        TestProcess process = TestProcess.StartDotnet(
            ProjectOutput.Of("deploy/XChat.RailSim", "xchat-rail-sim"),
            ["--urls", "http://127.0.0.1:0", "--settle-after", "86000"],
            new Dictionary<string, string?>
            {
                ["XCHAT_POSTGRES"] = database.ConnectionString,
                ["XCHAT_RAIL_SIM_KEY"] = Key,
                ["XCHAT_RAIL_SIM_SECRETS"] = Secret,
            });
        string ready = await process.WaitForLineAsync(ReadyLine, cancellationToken);
        return new RailSimProcess(process, database, ready[ReadyLine.Length..]);
    }

    /// <summary>Says where webhooks go.</summary>
    public Task NameWebhookAsync(string url, CancellationToken cancellationToken) => PutAsync("v1/webhook", new { url }, cancellationToken);

    /// <summary>Says how it misbehaves from now on, by the names of its API; an empty object for not at all.</summary>
    public Task MisbehaveAsync(object faults, CancellationToken cancellationToken) => PutAsync("v1/faults", faults, cancellationToken);

    /// <summary>Has it settle a payment, or fail it if it was told to fail, and returns when it has.</summary>
    public async Task EndAsync(Guid payment, CancellationToken cancellationToken)
    {
        await RunAsync("UPDATE payment SET settle_at = now() WHERE id = $1", cancellationToken, payment);
        await Eventually.HoldsAsync(async () => await StateOfAsync(payment, cancellationToken) != "pending", cancellationToken);
    }

    /// <summary>Has it take a part of a settled payment back.</summary>
    public async Task ReturnAsync(Guid payment, long minorUnits, CancellationToken cancellationToken)
    {
        Uri path = new($"v1/payments/{payment:D}/return?amount={minorUnits}", UriKind.Relative);
        using HttpResponseMessage answer = await _http.PostAsync(path, null, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>How a payment stands by its own API.</summary>
    public async Task<string> StateOfAsync(Guid payment, CancellationToken cancellationToken) =>
        (await _http.GetFromJsonAsync<JsonElement>(new Uri($"v1/payments/{payment:D}", UriKind.Relative), cancellationToken)).GetProperty("state").GetString()!;

    /// <summary>
    /// Its webhooks about a payment, in the order in which things happened: their kind, how often they were sent, and whether they are still to be.
    /// </summary>
    public async Task<IReadOnlyList<(string Type, int Attempts, bool Open)>> WebhooksAsync(Guid payment, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _database.DataSource.CreateCommand(
            "SELECT body::json->>'type', attempts, due_at IS NOT NULL FROM event WHERE body::json->'data'->>'id' = $1 ORDER BY event");
        command.Parameters.AddWithValue(payment.ToString("D"));
        List<(string Type, int Attempts, bool Open)> all = [];
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            all.Add((row.GetString(0), row.GetInt32(1), row.GetBoolean(2)));
        }

        return all;
    }

    /// <summary>Lets the pause before webhooks are sent again be over.</summary>
    public Task SendAgainAsync(CancellationToken cancellationToken) => RunAsync("UPDATE event SET due_at = now() WHERE due_at IS NOT NULL", cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
        await _database.DisposeAsync();
    }

    private async Task PutAsync(string path, object body, CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await _http.PutAsJsonAsync(path, body, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    private async Task RunAsync(string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using NpgsqlCommand command = _database.DataSource.CreateCommand(sql);
        foreach (object value in values)
        {
            command.Parameters.AddWithValue(value);
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
