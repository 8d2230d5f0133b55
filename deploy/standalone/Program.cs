using System.CommandLine;
using Microsoft.Extensions.Options;
using Npgsql;
using XChat.EmbeddedPostgres;
using XChat.Frontend;
using XChat.Standalone;
using XChat.Storage;
using XChat.Storage.Migrations;

// The host itself ends on Ctrl-C and SIGTERM, in the time that the silo and PostgreSQL need; the parser must not cut that short.
return await StandaloneCommandLine.Create(RunAsync).Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

static async Task<int> RunAsync(StandaloneOptions options)
{
    try
    {
        return await StandaloneHost.RunAsync(options);
    }
    catch (Exception problem) when (problem
        is StandaloneException or ListenAddressException or EmbeddedPostgresException or DatabaseRequirementException or MigrationException
        or OptionsValidationException or NpgsqlException or IOException or InvalidDataException or HttpRequestException)
    {
        await Console.Error.WriteLineAsync($"XChat cannot run. {problem.Message}");
        return 1;
    }
}
