using System.Globalization;

using MessagePack;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using Npgsql;

using XChat.ClusterTests.Frontend;
using XChat.Frontend;
using XChat.Protocol;
using XChat.Silo;
using XChat.Testing.Accounts;
using XChat.Testing.Database;
using XChat.Testing.Observability;
using XChat.Testing.Processes;

namespace XChat.ClusterTests.Access;

/// <summary>
/// The product as it runs: every domain in a silo, a frontend, a database of its own. Nothing in it is scripted, so a domain that is added to the
/// product is in it too. Its clock can be turned forward.
/// </summary>
internal sealed class WholeServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TestDatabase _database;

    private WholeServer(WebApplication app, TestDatabase database, ShiftedTime time, RecordedLog log)
    {
        (_app, _database, Time, Log) = (app, database, time, log);
        Url = app.Urls.Single();
        Http = new HttpClient { BaseAddress = new Uri(Url) };
    }

    public string Url { get; }

    public string ConnectionString => _database.ConnectionString;

    public HttpClient Http { get; }

    public ShiftedTime Time { get; }

    /// <summary>Warnings and worse.</summary>
    public RecordedLog Log { get; }

    public IServiceProvider Services => _app.Services;

    public IGrainFactory Grains => _app.Services.GetRequiredService<IClusterClient>();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static Task<WholeServer> StartAsync(PostgresFixture postgres, params (string Key, string Value)[] settings) =>
        StartAsync(postgres, _ => { }, settings);

    /// <summary>With what a test puts beside the product's own services.</summary>
    public static async Task<WholeServer> StartAsync(PostgresFixture postgres, Action<IServiceCollection> more, params (string Key, string Value)[] settings)
    {
        TestDatabase database = await postgres.CreateDatabaseAsync(Cancelled);
        ShiftedTime time = new();
        RecordedLog log = new();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["XChat:Postgres"] = database.ConnectionString,
            ["XChat:SoleSilo"] = "true",
            ["XChat:SiloPort"] = FreePort.Next().ToString(CultureInfo.InvariantCulture),
            ["XChat:GatewayPort"] = FreePort.Next().ToString(CultureInfo.InvariantCulture),
            ["XChat:RegistrationDifficulty"] = AccountCluster.Difficulty.ToString(CultureInfo.InvariantCulture),
        });
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value));
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Warning).AddProvider(log);
        builder.Services.AddTestLog();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddXChatSilo();
        builder.AddXChatFrontend();
        builder.Services.AddSingleton<TimeProvider>(time);
        more(builder.Services);
        WebApplication app = builder.Build();
        app.MapXChatFrontend();
        await app.StartAsync(Cancelled);
        return new WholeServer(app, database, time, log);
    }

    /// <summary>Somebody with an account and one device.</summary>
    public async Task<TestAccount> RegisterAsync(string handle) => await TestAccount.RegisterAsync(Grains, Time, handle);

    /// <summary>A client that is not connected yet.</summary>
    public HubConnection Client(string? token, bool json = false)
    {
        IHubConnectionBuilder builder = new HubConnectionBuilder().WithUrl(
            Url + Routes.Hub, options => options.AccessTokenProvider = () => Task.FromResult(token));
        if (!json)
        {
            builder.AddMessagePackProtocol(options => options.SerializerOptions = MessagePackSerializerOptions.Standard);
        }

        return builder.Build();
    }

    /// <summary>A connected client of an account's first device.</summary>
    public async Task<HubConnection> ConnectAsync(TestAccount account, bool json = false)
    {
        HubConnection connection = Client(await account.SignInAsync(), json);
        await connection.StartAsync(Cancelled);
        return connection;
    }

    /// <summary>
    /// Everything that people stored: each table with its number of rows and a digest of them. Who is in the cluster is not of it, nor
    /// how far the key log has caught up with the accounts.
    /// </summary>
    public async Task<IReadOnlyList<string>> StoredAsync()
    {
        List<string> tables = [];
        await using (NpgsqlCommand list = _database.DataSource.CreateCommand(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT SIMILAR TO '(orleans_membership|key_log)%' ORDER BY tablename"))
        {
            await using NpgsqlDataReader reader = await list.ExecuteReaderAsync(Cancelled);
            while (await reader.ReadAsync(Cancelled))
            {
                tables.Add(reader.GetString(0));
            }
        }

        List<string> stored = [];
        foreach (string table in tables)
        {
            await using NpgsqlCommand digest = _database.DataSource.CreateCommand(
                $"SELECT count(*) || ' rows, ' || md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \"{table}\" AS t");
            stored.Add($"{table}: {await digest.ExecuteScalarAsync(Cancelled)}");
        }

        return stored;
    }

    /// <summary>Rows of one table, or those of them that a condition holds for.</summary>
    public async Task<long> CountAsync(string table, string condition = "true")
    {
        await using NpgsqlCommand count = _database.DataSource.CreateCommand($"SELECT count(*) FROM \"{table}\" WHERE {condition}");
        return (long)(await count.ExecuteScalarAsync(Cancelled))!;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        await _database.DisposeAsync();
    }
}
