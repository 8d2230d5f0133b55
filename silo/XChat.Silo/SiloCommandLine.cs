using System.CommandLine;

using XChat.Hosting;

namespace XChat.Silo;

/// <summary>The flags of a silo process. A flag wins over its environment variable, and that over the settings file.</summary>
internal static class SiloCommandLine
{
    private static readonly (string Flag, string Variable, string Key, string Description)[] Settings =
    [
        ("--postgres", "XCHAT_POSTGRES", nameof(SiloOptions.Postgres), "Connection string of the cluster's PostgreSQL (15 or newer)."),
        ("--silo-address", "XCHAT_SILO_ADDRESS", nameof(SiloOptions.SiloAddress), "IP address of this machine for other silos. Default: 127.0.0.1."),
        ("--silo-port", "XCHAT_SILO_PORT", nameof(SiloOptions.SiloPort), "Port for other silos. Default: 11111."),
        ("--gateway-port", "XCHAT_GATEWAY_PORT", nameof(SiloOptions.GatewayPort), "Port for frontends. Default: 30000."),
        ("--http-url", "XCHAT_HTTP_URL", nameof(SiloOptions.HttpUrl), "Where /health and /metrics answer, for operators only. Default: http://127.0.0.1:8081."),
        ("--dashboard-password-file", "XCHAT_DASHBOARD_PASSWORD_FILE", "Dashboard:PasswordFile",
            "File with the password of /dashboard at the same address. Default: none, and no dashboard."),
        ("--cluster", "XCHAT_CLUSTER", nameof(SiloOptions.ClusterId), "Name of the cluster to join. Default: xchat."),
        ("--money-rules", "XCHAT_MONEY_RULES", "Wallets:RulesFile", "File with the rules for money: jurisdictions, tiers, limits. Default: those built in."),
        ("--screening-list", "XCHAT_SCREENING_LIST", "Wallets:ScreeningFile", "File with those who may have no dealings in money. Default: none."),
    ];

    public static RootCommand Create(Func<Dictionary<string, string?>, CancellationToken, Task<int>> run)
    {
        RootCommand command = new("Runs one XChat silo: the grains, over a PostgreSQL that all silos and frontends share.");
        List<(Option<string?> Option, string Variable, string Key)> options = [];
        foreach ((string flag, string variable, string key, string description) in Settings)
        {
            // The variable is not the option's default: help shows those, and a connection string has a password in it.
            Option<string?> option = new(flag) { Description = $"{description} [{variable}]" };
            command.Options.Add(option);
            options.Add((option, variable, $"{SiloOptions.Section}:{key}"));
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
