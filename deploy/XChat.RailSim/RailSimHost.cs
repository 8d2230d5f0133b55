using Microsoft.Extensions.Logging.Console;

using Npgsql;

using XChat.Hosting;

namespace XChat.RailSim;

/// <summary>The rail as a process.</summary>
internal static class RailSimHost
{
    public static async Task<int> RunAsync(RailSimOptions options, CancellationToken cancellationToken)
    {
        await using NpgsqlDataSource database = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(options.Postgres) { ApplicationName = "xchat-rail-sim", MaxPoolSize = 8 });
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        // Standard output carries the one line that says where it is.
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(format => format.SingleLine = true);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.WebHost.UseUrls(options.Urls);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(database);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddServerHealth();
        builder.Services.AddSingleton<FaultSwitch>();
        builder.Services.AddSingleton<SimStore>();
        builder.Services.AddSingleton<SimEvents>();
        builder.Services.AddHostedService<Settlement>();
        builder.Services.AddHostedService<WebhookDelivery>();
        await using WebApplication app = builder.Build();
        await app.Services.GetRequiredService<SimStore>().PrepareAsync(cancellationToken);
        if (options.Webhook is { } webhook)
        {
            await app.Services.GetRequiredService<SimEvents>().NameAddressAsync(webhook, cancellationToken);
        }

        app.MapRail();
        await app.StartAsync(cancellationToken);
        Console.WriteLine($"The rail of PLAY MONEY is ready at {string.Join(", ", app.Urls)}");
        if (options.EndWithInput)
        {
            _ = EndWithInputAsync(app.Lifetime);
        }

        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    private static async Task EndWithInputAsync(IHostApplicationLifetime lifetime)
    {
        byte[] nothing = new byte[64];
        await using Stream input = Console.OpenStandardInput();
        while (await input.ReadAsync(nothing) > 0)
        {
            // Nobody has anything to say here.
        }

        lifetime.StopApplication();
    }
}
