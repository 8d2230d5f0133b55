using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using MessagePack;

using XChat.Frontend;
using XChat.Frontend.Delivery;
using XChat.GrainInterfaces.Accounts;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Testing;
using XChat.Testing.Observability;

namespace XChat.ClusterTests.Frontend;

/// <summary>A real frontend, on a free port of the loopback, over a cluster of which the test plays the grains.</summary>
internal sealed class FrontendHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FrontendHost(WebApplication app, ScriptedCluster cluster, ScriptedSessions sessions, RecordedLog log)
    {
        _app = app;
        Cluster = cluster;
        Sessions = sessions;
        Log = log;
        Url = app.Urls.Single();
        Http = new HttpClient { BaseAddress = new Uri(Url) };
    }

    public string Url { get; }

    public ScriptedCluster Cluster { get; }

    public ScriptedSessions Sessions { get; }

    public RecordedLog Log { get; }

    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    public static Task<FrontendHost> StartAsync(params (string Key, string Value)[] settings) => StartAsync(TimeProvider.System, settings);

    public static Task<FrontendHost> StartAsync(TimeProvider time, params (string Key, string Value)[] settings) =>
        StartAsync(services => services.AddSingleton(time), settings);

    public static async Task<FrontendHost> StartAsync(Action<IServiceCollection> configure, params (string Key, string Value)[] settings)
    {
        (IClusterClient client, ScriptedCluster cluster) = ScriptedCluster.Create();
        ScriptedSessions sessions = new();
        sessions.Play(cluster);
        RecordedLog log = new();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["XChat:Postgres"] = "Host=nowhere" });
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value));
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(log);
        builder.Services.AddTestLog();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        configure(builder.Services);
        builder.AddXChatFrontend();
        // A reader that a test lets sleep sleeps as long as the machine takes for the rest.
        builder.Services.PostConfigure<KestrelServerOptions>(kestrel => kestrel.Limits.MinResponseDataRate = null);
        builder.Services.AddSingleton(client);
        WebApplication app = builder.Build();
        app.MapXChatFrontend();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new FrontendHost(app, cluster, sessions, log);
    }

    public static Caller NewCaller() => new(UserId.New(), DeviceId.New());

    /// <summary>A client that is not connected yet.</summary>
    public HubConnection Client(string? token, bool json = false)
    {
        IHubConnectionBuilder builder = new HubConnectionBuilder().WithUrl(Url + Routes.Hub, options =>
        {
            options.AccessTokenProvider = () => Task.FromResult(token);
        });
        if (!json)
        {
            builder.AddMessagePackProtocol(options => options.SerializerOptions = MessagePackSerializerOptions.Standard);
        }

        return builder.Build();
    }

    /// <summary>A connected client of a device.</summary>
    public async Task<HubConnection> ConnectAsync(Caller caller, bool json = false)
    {
        HubConnection connection = Client(Sessions.SignIn(caller), json);
        await connection.StartAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    /// <summary>Waits until so many connections get every push. A client is told of its handshake before.</summary>
    public Task RoutedAsync(int connections) => Eventually.HoldsAsync(
        () => Services.GetRequiredService<ConnectionRegistry>().Users.Sum(user => user.Value.Count(one => one.Routed)) == connections,
        TestContext.Current.CancellationToken);

    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
