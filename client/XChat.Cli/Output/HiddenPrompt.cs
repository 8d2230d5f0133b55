using System.Text;

namespace XChat.Cli.Output;

/// <summary>Asks for something secret: it is not shown while it is typed, and not in the shell's history.</summary>
internal static class HiddenPrompt
{
    /// <returns>What was typed; null when there is nothing more to read.</returns>
    public static async Task<string?> AskAsync(string prompt, CancellationToken cancellationToken)
    {
        await Console.Error.WriteAsync(prompt);
        return Console.IsInputRedirected ? await Console.In.ReadLineAsync(cancellationToken) : Read();
    }

    private static string Read()
    {
        StringBuilder typed = new();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                _ = typed.Append(key.KeyChar);
            }
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
