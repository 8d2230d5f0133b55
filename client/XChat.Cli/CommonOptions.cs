using System.CommandLine;
using System.CommandLine.Parsing;

namespace XChat.Cli;

/// <summary>The options that stand before or after every verb, and the environment variables that stand in for them.</summary>
internal static class CommonOptions
{
    public const string DefaultServer = "http://127.0.0.1:5080";

    private const string ServerVariable = "XCHAT_SERVER";
    private const string ProfileVariable = "XCHAT_PROFILE";

    public static Option<Uri?> Server { get; } = new("--server")
    {
        Description = $"The server's address. Default: the one that the profile used last, and to register {DefaultServer}. [{ServerVariable}]",
        HelpName = "URL",
        Recursive = true,
        CustomParser = result => ParseServer(result, result.Tokens[0].Value, "--server"),
        DefaultValueFactory = result => Variable(ServerVariable) is { } url ? ParseServer(result, url, ServerVariable) : null,
    };

    public static Option<string> Profile { get; } = new("--profile")
    {
        Description = $"The folder with this account's keys and messages. [{ProfileVariable}]",
        HelpName = "FOLDER",
        Recursive = true,
        DefaultValueFactory = _ => Variable(ProfileVariable) ?? DefaultProfile(),
    };

    /// <summary>Every command has a form for programs, also of what it refuses.</summary>
    public static Option<bool> Json { get; } = new("--json") { Description = "Print JSON for programs, one object a line.", Recursive = true };

    private static Uri? ParseServer(ArgumentResult result, string text, string name)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? server) && server.Scheme is "http" or "https")
        {
            return server;
        }

        result.AddError($"{name} is \"{text}\", not an address like {DefaultServer}.");
        return null;
    }

    private static string DefaultProfile() => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "xchat", "profile");

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
