using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using XChat.Frontend;
using XChat.Grains.Wallets.Rails;
using XChat.Hosting;
using XChat.Silo;

namespace XChat.Standalone;

/// <summary>One ASP.NET host with a silo in it. The frontend reaches grains through that silo's own client; its code is the same as elsewhere.</summary>
internal static class StandaloneHost
{
    private static readonly TimeSpan ReadyPause = TimeSpan.FromMilliseconds(20);

    public static async Task<int> RunAsync(StandaloneOptions options)
    {
        ListenAddresses.Require(options.Urls);
        await using Database database = await Database.OpenAsync(options);
        StandaloneRealms realms = await StandaloneRealms.OpenAsync(database);
        await using StandaloneRail? rail = await StandaloneRail.StartAsync(database);
        await using WebApplication app = Build(options, database, realms, rail);
        app.UseMetricsEndpoint().MapXChatFrontend();
        await app.StartAsync();
        await WaitUntilReadyAsync(app);
        if (rail is not null)
        {
            await rail.ConnectAsync(app.Urls);
            bool only = app.Services.GetRequiredService<PaymentRails>().Descriptions.Count == 1;
            await Console.Error.WriteLineAsync(only
                ? "Deposits and withdrawals are of PLAY MONEY, which is worth nothing: this server has no other rail."
                : "Deposits and withdrawals over the rail \"sim\" are of PLAY MONEY, which is worth nothing.");
        }

        Console.WriteLine($"XChat is ready at {string.Join(", ", app.Urls.Where(url => url != Operations(app.Configuration)))}");

        Task asked = app.WaitForShutdownAsync();
        if (await Task.WhenAny(asked, database.Ended) == asked)
        {
            await asked;
            return 0;
        }

        // Everything acknowledged is on disk, and without its database the host could only wait for it in order to stop: end at once.
        await Console.Error.WriteLineAsync($"XChat ends. {database.DescribeEnd()}");
        Environment.Exit(1);
        return 1;
    }

    private static WebApplication Build(StandaloneOptions options, Database database, StandaloneRealms realms, StandaloneRail? rail)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(Settings(options, database));
        builder.Configuration.AddInMemoryCollection(rail?.Settings ?? []);
        // Standard output carries the one line that says where the server is.
        builder.Logging.ClearProviders();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddSimpleConsole(format => format.SingleLine = true);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        // It advises the server garbage collector, which would take most of a small machine's memory.
        builder.Logging.AddFilter("Orleans.Runtime.Silo", LogLevel.Error);
        // Its first check measures from the boot of the machine and always reports a stall.
        builder.Logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        // What is not ready while it starts is no news; whoever asks for readiness is told.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        builder.WebHost.UseUrls(OperationsUrl.Join(options.Urls, Operations(builder.Configuration)));
        builder.AddTelemetry("xchat-standalone", callersAreOurs: false);
        builder.AddXChatSilo();
        realms.AddTo(builder.Services);
        builder.AddXChatFrontend();
        return builder.Build();
    }

    private static string? Operations(IConfiguration configuration) => configuration[$"{OperationsOptions.Section}:{nameof(OperationsOptions.Url)}"];

    private static Dictionary<string, string?> Settings(StandaloneOptions options, Database database)
    {
        Dictionary<string, string?> settings = new()
        {
            ["XChat:Postgres"] = database.ConnectionString,
            ["XChat:SoleSilo"] = database.IsOurs.ToString(),
            ["XChat:Wallets:RulesFile"] = options.MoneyRules,
        };
        // Several standalone servers may run on one machine. On a database of its own nobody needs to find the silo again, so any port
        // will do; on a shared one a restart at the usual ports takes its predecessor's place at once.
        if (database.IsOurs || !IsFree(11111) || !IsFree(30000))
        {
            (int silo, int gateway) = TwoFreePorts();
            settings["XChat:SiloPort"] = silo.ToString(CultureInfo.InvariantCulture);
            settings["XChat:GatewayPort"] = gateway.ToString(CultureInfo.InvariantCulture);
        }

        return settings;
    }

    private static async Task WaitUntilReadyAsync(WebApplication app)
    {
        HealthCheckService health = app.Services.GetRequiredService<HealthCheckService>();
        IHostApplicationLifetime lifetime = app.Services.GetRequiredService<IHostApplicationLifetime>();
        while (!lifetime.ApplicationStopping.IsCancellationRequested)
        {
            HealthReport report = await health.CheckHealthAsync(check => check.Tags.Contains(ServerHealth.ReadyTag));
            if (report.Status == HealthStatus.Healthy)
            {
                return;
            }

            await Task.Delay(ReadyPause);
        }
    }

    private static (int First, int Second) TwoFreePorts()
    {
        using TcpListener first = new(IPAddress.Loopback, 0);
        using TcpListener second = new(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }

    private static bool IsFree(int port)
    {
        try
        {
            using TcpListener probe = new(IPAddress.Loopback, port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
