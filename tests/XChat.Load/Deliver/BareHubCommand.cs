using System.CommandLine;

using MessagePack;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using XChat.Protocol;

namespace XChat.Load.Deliver;

/// <summary><c>bare-hub</c>: serves the ceiling until it is ended; <c>deliver</c> starts it as a process of its own.</summary>
public static class BareHubCommand
{
    public const string Name = "bare-hub";
    public const string Ready = "The bare hub is ready";

    public static Command Create()
    {
        Option<string> urls = new("--urls") { Description = "Where to listen.", Required = true };
        Command command = new(Name, "Serves a SignalR hub that does nothing, the ceiling of 'deliver'.") { urls };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(urls)!, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string urls, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(urls);
        builder.Services.AddSignalR(hub => hub.MaximumReceiveMessageSize = Limits.RequestBytes)
            .AddMessagePackProtocol(protocol => protocol.SerializerOptions = MessagePackSerializerOptions.Standard);
        await using WebApplication app = builder.Build();
        app.MapHub<BareHub>(Routes.Hub);
        await app.StartAsync(cancellationToken);
        Console.WriteLine(Ready);
        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }
}
