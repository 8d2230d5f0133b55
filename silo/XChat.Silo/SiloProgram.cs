using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;
using XChat.Hosting;
using XChat.Silo.Dashboard;
using XChat.Storage;
using XChat.Storage.Migrations;

namespace XChat.Silo;

/// <summary>A silo in a process of its own, from its command line to its end.</summary>
public static class SiloProgram
{
    /// <summary>Runs it.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="add">What it has beside the product; tests of upgrades run silos that are a version ahead.</param>
    /// <param name="map">Endpoints of what was added, at its HTTP address.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(string[] args, Action<IHostApplicationBuilder>? add = null, Action<WebApplication>? map = null) =>
        // The host itself ends on Ctrl-C and SIGTERM, in the time that the silo needs to hand over; the parser must not cut that short.
        SiloCommandLine.Create((settings, cancellationToken) => RunAsync(settings, add, map, cancellationToken))
            .Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

    private static async Task<int> RunAsync(
        Dictionary<string, string?> settings, Action<IHostApplicationBuilder>? add, Action<WebApplication>? map, CancellationToken cancellationToken)
    {
        try
        {
            WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
            builder.Configuration.AddInMemoryCollection(settings);
            string url = builder.Configuration[$"{SiloOptions.Section}:{nameof(SiloOptions.HttpUrl)}"] ?? new SiloOptions().HttpUrl;
            // A silo serves no clients over HTTP: all that it answers is for operators.
            builder.Configuration.AddInMemoryCollection(
                new Dictionary<string, string?> { [$"{OperationsOptions.Section}:{nameof(OperationsOptions.Url)}"] = url });
            builder.WebHost.UseUrls(url);
            builder.AddTelemetry("xchat-silo", callersAreOurs: true).AddAdminDashboard().AddXChatSilo().UseDrainingLifetime();
            add?.Invoke(builder);

            await using WebApplication app = builder.Build();
            app.UseMetricsEndpoint().MapAdminDashboard().MapServerHealth();
            map?.Invoke(app);
            await ((IHost)app).RunAsync(cancellationToken);
            return 0;
        }
        catch (Exception problem) when (problem
            is DatabaseRequirementException or MigrationException or OptionsValidationException or NpgsqlException or IOException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync($"The silo did not start. {problem.Message}");
            return 1;
        }
    }
}
