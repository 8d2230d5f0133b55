using System.CommandLine;

namespace XChat.Standalone;

/// <summary>The flags of the one-command server, and the environment variables that stand in for them.</summary>
internal static class StandaloneCommandLine
{
    public static RootCommand Create(Func<StandaloneOptions, Task<int>> run)
    {
        Option<string> urls = new("--urls")
        {
            Description = "Where clients connect; several with semicolons between. [XCHAT_URLS]",
            DefaultValueFactory = _ => Variable("XCHAT_URLS") ?? StandaloneOptions.DefaultUrls,
        };
        Option<string> data = new("--data")
        {
            Description = "Folder that keeps the database between runs, relative to the current one. [XCHAT_DATA]",
            HelpName = "FOLDER",
            DefaultValueFactory = _ => Variable("XCHAT_DATA") ?? StandaloneOptions.DefaultDataFolder,
        };
        // The variable is not its default: help shows those, and a connection string has a password in it.
        Option<string?> postgres = new("--postgres")
        {
            Description = "Connection string of a PostgreSQL (15 or newer) to use instead of the embedded one; --data is not used then. [XCHAT_POSTGRES]",
            HelpName = "CONNECTION",
        };
        Option<string> rules = new("--money-rules")
        {
            Description = "File with the rules for money: jurisdictions, tiers, limits. Without it those that come with the server. [XCHAT_MONEY_RULES]",
            HelpName = "FILE",
            DefaultValueFactory = _ => Variable("XCHAT_MONEY_RULES") ?? string.Empty,
        };
        RootCommand command = new("Runs a whole XChat server in one process: frontend, silo and an embedded PostgreSQL.") { urls, data, postgres, rules };
        command.SetAction(parsed => run(new StandaloneOptions(
            parsed.GetValue(urls)!, parsed.GetValue(data)!, parsed.GetValue(postgres) ?? Variable("XCHAT_POSTGRES"), parsed.GetValue(rules)!)));
        return command;
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
