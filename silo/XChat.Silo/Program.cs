using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;
using XChat.Silo;
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
        builder.AddXChatSilo();
        builder.WebHost.UseUrls(builder.Configuration[$"{SiloOptions.Section}:{nameof(SiloOptions.HttpUrl)}"] ?? new SiloOptions().HttpUrl);

        await using WebApplication app = builder.Build();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(HealthTags.Ready) });
        await ((IHost)app).RunAsync(cancellationToken);
        return 0;
    }
    catch (Exception problem) when (problem
        is DatabaseRequirementException or MigrationException or OptionsValidationException or NpgsqlException or IOException)
    {
        await Console.Error.WriteLineAsync($"The silo did not start. {problem.Message}");
        return 1;
    }
}
