namespace XChat.Cli.Accounts;

/// <summary>Asks the person in front of the terminal whether two devices show the same digits.</summary>
internal static class Confirmation
{
    /// <summary>Whether the person says yes. Without an answer, as in a script, it is no.</summary>
    public static async Task<bool> AskAsync(string question, CancellationToken cancellationToken)
    {
        await Console.Error.WriteAsync($"{question} [y/N] ");
        string? answer = await Console.In.ReadLineAsync(cancellationToken);
        return answer?.Trim().ToLowerInvariant() is "y" or "yes";
    }

    /// <summary>The six digits in two groups.</summary>
    public static string Grouped(string digits) => $"{digits[..3]} {digits[3..]}";
}
