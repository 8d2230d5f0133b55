using System.CommandLine;

using XChat.Hosting;

namespace XChat.Frontend;

/// <summary>The flags of a frontend process. A flag wins over its environment variable, and that over the settings file.</summary>
internal static class FrontendCommandLine
{
    /// <summary>Where a frontend listens when nothing says otherwise.</summary>
    public const string DefaultUrls = "http://127.0.0.1:5080";

    private static readonly (string Flag, string Variable, string Key, string Description)[] Settings =
    [
        ("--urls", "XCHAT_URLS", "urls", $"Where to listen, several with semicolons between. Default: {DefaultUrls}."),
        ("--postgres", "XCHAT_POSTGRES", "XChat:Postgres", "Connection string of the cluster's PostgreSQL, which lists the silos."),
        ("--cluster", "XCHAT_CLUSTER", "XChat:ClusterId", "Name of the cluster to serve. Default: xchat."),
        ("--realms", "XCHAT_REALMS", "XChat:RealmConfigurationFile", "File with the signed configuration of the realms for PIN recovery. Default: none."),
        ("--trusted-proxies", "XCHAT_TRUSTED_PROXIES", "XChat:TrustedProxies", "Proxies whose X-Forwarded-For is believed, such as 10.0.0.0/8. Default: none."),
        ("--operations-url", "XCHAT_OPERATIONS_URL", "XChat:Operations:Url", "Where /metrics answers, for operators only. Default: nowhere."),
        ("--max-connections", "XCHAT_MAX_CONNECTIONS", "XChat:MaxConnections", "Most connections at once. Default: 20000."),
    ];

    public static RootCommand Create(Func<Dictionary<string, string?>, CancellationToken, Task<int>> run)
    {
        RootCommand command = new("Runs one XChat frontend: the hub and the HTTP endpoints that clients connect to.");
        List<(Option<string?> Option, string Variable, string Key)> options = [];
        foreach ((string flag, string variable, string key, string description) in Settings)
        {
            // The variable is not the option's default: help shows those, and a connection string has a password in it.
            Option<string?> option = new(flag) { Description = $"{description} [{variable}]" };
            command.Options.Add(option);
            options.Add((option, variable, key));
        }

        command.SetAction((parsed, cancellationToken) => run(
            options
                .Select(setting => (setting.Key, Value: parsed.GetValue(setting.Option) ?? Environment.GetEnvironmentVariable(setting.Variable)))
                .Where(setting => setting.Value is not null)
                .ToDictionary(setting => setting.Key, setting => setting.Value),
            cancellationToken));
        command.Subcommands.Add(HealthCommand.Create());
        return command;
    }
}
