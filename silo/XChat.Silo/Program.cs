using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;
using XChat.Hosting;
using XChat.Silo;
using XChat.Silo.Dashboard;
using XChat.Storage;
using XChat.Storage.Migrations;

// The host itself ends on Ctrl-C and SIGTERM, in the time that the silo needs to hand over; the parser must not cut that short.
return await SiloCommandLine.Create(RunAsync).Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

static async Task<int> RunAsync(Dictionary<string, string?> settings, CancellationToken cancellationToken)
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

        await using WebApplication app = builder.Build();
        app.UseMetricsEndpoint().MapAdminDashboard().MapServerHealth();
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
