using System.CommandLine;
using System.CommandLine.Parsing;

using XChat.Cli.Output;
using XChat.Client;
using XChat.Client.Recovery;

namespace XChat.Cli.Recovery;

/// <summary>How a PIN is given: as an option, or typed when asked for, which leaves nothing in the shell's history.</summary>
internal static class PinOption
{
    public static Option<string?> Create(string description)
    {
        Option<string?> pin = new("--pin") { Description = description, HelpName = "PIN" };
        pin.Validators.Add(RequirePin);
        return pin;
    }

    /// <summary>The PIN of the option, or the one that is typed now.</summary>
    /// <exception cref="XChatException">There is none, or it is no PIN.</exception>
    public static async Task<string> ReadAsync(string? given, string prompt, CancellationToken cancellationToken)
    {
        string pin = given ?? await AskAsync(prompt, cancellationToken);
        PinRules.Require(pin);
        return pin;
    }

    /// <summary>A new PIN; a weak one is said to be so, and taken.</summary>
    public static async Task<string> ReadNewAsync(string? given, CancellationToken cancellationToken)
    {
        string pin = await ReadAsync(given, "New PIN (4 to 64 characters): ", cancellationToken);
        if (PinRules.Weakness(pin) is { } weakness)
        {
            await Console.Error.WriteLineAsync($"WEAK PIN: {weakness}");
        }

        return pin;
    }

    private static void RequirePin(OptionResult result)
    {
        try
        {
            PinRules.Require(result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty);
        }
        catch (XChatException problem)
        {
            result.AddError(problem.Message);
        }
    }

    private static async Task<string> AskAsync(string prompt, CancellationToken cancellationToken) => await HiddenPrompt.AskAsync(prompt, cancellationToken)
        ?? throw new XChatException(ClientErrorReason.InvalidInput, "No PIN was given: use --pin, or type it when asked.");
}
