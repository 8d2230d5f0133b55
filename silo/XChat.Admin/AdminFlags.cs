using System.CommandLine;

namespace XChat.Admin;

/// <summary>The flags that every command has, and how a command is run with them.</summary>
internal sealed class AdminFlags
{
    // The variable is not its default: help shows those, and a connection string has a password in it.
    private readonly Option<string?> _postgres = new("--postgres")
    {
        Description = "Connection string of the server's PostgreSQL. [XCHAT_POSTGRES]",
        HelpName = "CONNECTION",
        Recursive = true,
    };

    private readonly Option<string> _cluster = new("--cluster")
    {
        Description = "Name of the cluster whose silos act. [XCHAT_CLUSTER]",
        HelpName = "NAME",
        DefaultValueFactory = _ => Variable("XCHAT_CLUSTER") ?? "xchat",
        Recursive = true,
    };

    private readonly Option<string> _operator = new("--operator")
    {
        Description = "Who you are, as the audit will name you. [XCHAT_OPERATOR, else the account of this machine]",
        HelpName = "NAME",
        DefaultValueFactory = _ => Variable("XCHAT_OPERATOR") ?? Environment.UserName,
        Recursive = true,
    };

    private readonly Option<bool> _json = new("--json") { Description = "Answer in JSON, for programs.", Recursive = true };

    public void AddTo(RootCommand root)
    {
        root.Options.Add(_postgres);
        root.Options.Add(_cluster);
        root.Options.Add(_operator);
        root.Options.Add(_json);
    }

    /// <summary>Makes a command run, with one line for whatever keeps it from running.</summary>
    public void Run(Command command, Func<ParseResult, AdminSession, CancellationToken, Task<int>> run) =>
        command.SetAction(async (parsed, cancellationToken) =>
        {
            AdminOutput output = new(parsed.GetValue(_json), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            try
            {
                await using AdminSession session = AdminSession.Open(
                    parsed.GetValue(_postgres) ?? Variable("XCHAT_POSTGRES"), parsed.GetValue(_cluster)!, parsed.GetValue(_operator)!, output);
                return await run(parsed, session, cancellationToken);
            }
            catch (Exception problem) when (AdminException.IsForTheOperator(problem))
            {
                output.Problem(problem.Message);
                return AdminExit.NotRun;
            }
        });

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
