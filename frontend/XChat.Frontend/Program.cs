using System.CommandLine;
using Microsoft.Extensions.Options;
using XChat.Frontend;
using XChat.Hosting;

// The host itself ends on Ctrl-C and SIGTERM, in the time that open connections need to be told; the parser must not cut that short.
return await FrontendCommandLine.Create(RunAsync).Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

static async Task<int> RunAsync(Dictionary<string, string?> settings, CancellationToken cancellationToken)
{
    try
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(settings);
        string urls = builder.Configuration["urls"] ?? FrontendCommandLine.DefaultUrls;
        ListenAddresses.Require(urls);
        builder.WebHost.UseUrls(OperationsUrl.Join(urls, builder.Configuration["XChat:Operations:Url"]));
        builder.AddTelemetry("xchat-frontend", callersAreOurs: false).AddXChatClusterClient().AddXChatFrontend().UseDrainingLifetime();

        await using WebApplication app = builder.Build();
        app.UseMetricsEndpoint().MapXChatFrontend();
        await ((IHost)app).RunAsync(cancellationToken);
        return 0;
    }
    catch (Exception problem) when (problem is ListenAddressException or OptionsValidationException or IOException)
    {
        await Console.Error.WriteLineAsync($"The frontend did not start. {problem.Message}");
        return 1;
    }
}
