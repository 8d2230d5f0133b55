using System.CommandLine;

namespace XChat.RailSim;

/// <summary><c>xchat-rail-sim</c>. Key and secrets come by the environment alone, because everybody on a machine sees the command lines.</summary>
internal static class RailSimCommandLine
{
    private const string DefaultUrls = "http://127.0.0.1:5085";

    public static RootCommand Create()
    {
        Option<string> urls = new("--urls")
        {
            Description = $"Where it listens. Default: {DefaultUrls}. [XCHAT_URLS]",
            DefaultValueFactory = _ => Variable("XCHAT_URLS") ?? DefaultUrls,
        };
        // The variable is not its default: help shows those, and a connection string has a password in it.
        Option<string?> postgres = new("--postgres")
        {
            Description = "Connection string of its own PostgreSQL database. [XCHAT_POSTGRES]",
            HelpName = "CONNECTION",
        };
        Option<Uri?> webhook = new("--webhook")
        {
            Description = "Where to send webhooks: a frontend's address with /v1/rails/sim/webhooks behind it.",
            HelpName = "URL",
            CustomParser = static result => Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out Uri? url) ? url : null,
        };
        Option<double> settleAfter = new("--settle-after")
        {
            Description = "Seconds that a payment takes. Default: 1.",
            HelpName = "SECONDS",
            DefaultValueFactory = _ => 1,
        };
        Option<bool> endWithInput = new("--end-with-input") { Description = "End when standard input ends." };
        RootCommand command = new(
            """
            Plays a payment rail with PLAY MONEY, for trying XChat out and for its tests: payments settle after a while, signed webhooks say so.
            The key of its API is in XCHAT_RAIL_SIM_KEY, its webhook secrets (whsec_...) in XCHAT_RAIL_SIM_SECRETS.
            """)
        {
            urls, postgres, webhook, settleAfter, endWithInput,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                RailSimOptions options = new(
                    parsed.GetValue(urls)!,
                    (parsed.GetValue(postgres) ?? Variable("XCHAT_POSTGRES")) is { Length: > 0 } connection
                        ? connection
                        : throw new ArgumentException("No database is named: give --postgres or XCHAT_POSTGRES."),
                    RailSimOptions.RequireKey(Variable("XCHAT_RAIL_SIM_KEY")),
                    RailSimOptions.ReadSecrets(Variable("XCHAT_RAIL_SIM_SECRETS")),
                    parsed.GetValue(webhook),
                    TimeSpan.FromSeconds(parsed.GetValue(settleAfter)),
                    parsed.GetValue(endWithInput));
                return await RailSimHost.RunAsync(options, cancellationToken);
            }
            catch (Exception problem) when (problem is ArgumentException or Npgsql.NpgsqlException or IOException or OverflowException)
            {
                await Console.Error.WriteLineAsync($"xchat-rail-sim cannot run. {problem.Message}");
                return 1;
            }
        });
        return command;
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
