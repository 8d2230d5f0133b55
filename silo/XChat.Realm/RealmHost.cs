using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

using Npgsql;

using XChat.Crypto.Recovery;
using XChat.Frontend;
using XChat.Hosting;
using XChat.Silo;
using XChat.Storage;
using XChat.Storage.Migrations;

namespace XChat.Realm;

/// <summary>
/// One process of a realm: a silo of the realm's own cluster, over the realm's own database, and the endpoints. Several over one database and one key
/// file share the work.
/// </summary>
internal static class RealmHost
{
    public const string DefaultUrls = "http://127.0.0.1:5090";

    public static async Task<int> RunAsync(Dictionary<string, string?> settings, string keyFile, CancellationToken cancellationToken)
    {
        try
        {
            RealmKeys keys = RealmKeyFile.ReadKeys(keyFile);
            WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
            // Realms that share a machine, or even a server, are still clusters of their own.
            string cluster = $"realm-{keys.Realm:N}";
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["XChat:ClusterId"] = cluster, ["XChat:ServiceId"] = cluster });
            builder.Configuration.AddInMemoryCollection(settings);
            builder.WebHost.UseUrls(OperationsUrl.Join(builder.Configuration["urls"] ?? DefaultUrls, builder.Configuration["XChat:Operations:Url"]));
            builder.AddTelemetry("xchat-realm", callersAreOurs: false);
            builder.AddXChatRealmSilo();
            builder.Services.AddRealms([new HostedRealm(keys, builder.Configuration["XChat:Postgres"] ?? string.Empty)]);
            builder.AddXChatRealmEndpoints().UseDrainingLifetime();

            await using WebApplication app = builder.Build();
            app.UseMetricsEndpoint().MapXChatRealm();
            await ((IHost)app).RunAsync(cancellationToken);
            return 0;
        }
        catch (Exception problem) when (problem
            is DatabaseRequirementException or MigrationException or OptionsValidationException or NpgsqlException or IOException
            or UnauthorizedAccessException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync($"The realm did not start. {problem.Message}");
            return 1;
        }
    }
}
