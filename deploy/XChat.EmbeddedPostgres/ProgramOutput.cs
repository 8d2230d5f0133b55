using System.Diagnostics;

namespace XChat.EmbeddedPostgres;

/// <summary>What a program that runs to its end answered.</summary>
internal sealed record ProgramOutput(int ExitCode, string Text)
{
    /// <summary>Runs a program to its end; both output streams have to be redirected.</summary>
    public static async Task<ProgramOutput> OfAsync(ProcessStartInfo start, TimeSpan patience)
    {
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource deadline = new(patience);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new EmbeddedPostgresException($"{Path.GetFileName(start.FileName)} did not end within {patience.TotalSeconds:0} s and was stopped.");
        }

        return new ProgramOutput(process.ExitCode, await output + await error);
    }

    public string LastLines(int count) => Tail(Text, count);

    public static string Tail(string text, int count) =>
        string.Join(Environment.NewLine, text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(count));
}
