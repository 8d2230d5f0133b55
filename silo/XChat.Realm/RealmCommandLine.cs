using System.CommandLine;

using XChat.Hosting;

namespace XChat.Realm;

/// <summary><c>xchat-realm</c>: runs a realm, makes its key, and puts realms together into the configuration that clients verify.</summary>
internal static class RealmCommandLine
{
    private static readonly (string Flag, string Variable, string Key, string Description)[] Settings =
    [
        ("--postgres", "XCHAT_POSTGRES", "XChat:Postgres", "Connection string of this realm's own PostgreSQL database (15 or newer)."),
        ("--urls", "XCHAT_URLS", "urls", $"Where clients connect. Default: {RealmHost.DefaultUrls}."),
        ("--trusted-proxies", "XCHAT_TRUSTED_PROXIES", "XChat:TrustedProxies", "Proxies whose X-Forwarded-For is believed, such as 10.0.0.0/8. Default: none."),
        ("--operations-url", "XCHAT_OPERATIONS_URL", "XChat:Operations:Url", "Where /metrics answers, for operators only. Default: nowhere."),
        ("--silo-address", "XCHAT_SILO_ADDRESS", "XChat:SiloAddress", "IP address of this machine for the realm's other processes. Default: 127.0.0.1."),
        ("--silo-port", "XCHAT_SILO_PORT", "XChat:SiloPort", "Port for the realm's other processes. Default: 11111."),
        ("--gateway-port", "XCHAT_GATEWAY_PORT", "XChat:GatewayPort", "Port that the silo opens for clients of the cluster. Default: 30000."),
    ];

    public static RootCommand Create()
    {
        RootCommand command = new("Runs one realm: a part of the PIN recovery of accounts, with a key and a database of its own, for an operator of its own.");
        Option<string> keyFile = KeyFile();
        command.Options.Add(keyFile);
        List<(Option<string?> Option, string Variable, string Key)> options = [];
        foreach ((string flag, string variable, string key, string description) in Settings)
        {
            // The variable is not the option's default: help shows those, and a connection string has a password in it.
            Option<string?> option = new(flag) { Description = $"{description} [{variable}]" };
            command.Options.Add(option);
            options.Add((option, variable, key));
        }

        command.SetAction((parsed, cancellationToken) => RealmHost.RunAsync(
            options
                .Select(setting => (setting.Key, Value: parsed.GetValue(setting.Option) ?? Environment.GetEnvironmentVariable(setting.Variable)))
                .Where(setting => setting.Value is not null)
                .ToDictionary(setting => setting.Key, setting => setting.Value),
            parsed.GetRequiredValue(keyFile),
            cancellationToken));
        command.Subcommands.Add(HealthCommand.Create());
        command.Subcommands.Add(Key());
        command.Subcommands.Add(Configure());
        return command;
    }

    private static Command Key()
    {
        Option<string> keyFile = KeyFile();
        Option<string> name = new("--name") { Description = "Who runs the realm, for people.", Required = true };
        Option<string> address = new("--address") { Description = "Where clients reach it, such as https://realm.example.org.", Required = true };
        Command command = new("key", "Makes the realm's key file if there is none, and prints the realm as configure takes it.") { keyFile, name, address };
        command.SetAction(parsed => ConfigurationFile.PrintRealm(
            parsed.GetRequiredValue(keyFile), parsed.GetRequiredValue(name), parsed.GetRequiredValue(address)));
        return command;
    }

    private static Command Configure()
    {
        Option<string> signer = new("--signer-file")
        {
            Description = "File with the key that signs configurations; made if there is none. Clients pin it: keep it, and keep it off the servers.",
            Required = true,
        };
        Option<int> threshold = new("--threshold") { Description = "Realms that a recovery needs. Default: 2.", DefaultValueFactory = _ => 2 };
        Option<int> version = new("--version-number") { Description = "One more than the configuration before. Default: 1.", DefaultValueFactory = _ => 1 };
        Option<string[]> realms = new("--realm") { Description = "A line that key printed; once for each realm.", Required = true };
        Option<bool> oneOperator = new("--one-operator")
        {
            Description = "One party runs them all, so that the PIN protects nothing against it. Clients say so.",
        };
        Option<string> output = new("--output") { Description = "The file for the frontends' --realms.", Required = true };
        Command command = new("configure", "Signs the configuration of a set of realms.") { signer, threshold, version, realms, oneOperator, output };
        command.SetAction(parsed => ConfigurationFile.Write(
            parsed.GetRequiredValue(signer), parsed.GetValue(version), parsed.GetValue(threshold), parsed.GetValue(oneOperator),
            parsed.GetRequiredValue(realms), parsed.GetRequiredValue(output)));
        return command;
    }

    private static Option<string> KeyFile() => new("--key-file")
    {
        Description = "File with the realm's key; on another disk than its database. [XCHAT_REALM_KEY_FILE]",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("XCHAT_REALM_KEY_FILE") ?? "realm.key",
    };
}
