using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace XChat.Cli.Delivery;

/// <summary>
/// Where lines are typed and printed at the same time. Console reads block and cannot be cancelled, so they have a thread of their own that the end
/// of the process takes along.
/// </summary>
internal abstract class Prompt : IDisposable
{
    private const int Ahead = 16;

    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    /// <summary>How far a script may write ahead of the chat.</summary>
    private readonly SemaphoreSlim _room = new(Ahead);

    /// <summary>At a terminal with an input line below what is printed; otherwise plain lines.</summary>
    public static Prompt Open()
    {
        Prompt prompt = Console.IsInputRedirected || Console.IsOutputRedirected ? new PlainPrompt() : new TerminalPrompt();
        new Thread(prompt.Read) { IsBackground = true, Name = "input" }.Start();
        return prompt;
    }

    public abstract void Print(string line);

    public abstract void Dispose();

    public async IAsyncEnumerable<string> LinesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (string line in _lines.Reader.ReadAllAsync(cancellationToken))
        {
            _ = _room.Release();
            yield return line;
        }
    }

    /// <summary>The next line; null at the end of input.</summary>
    protected abstract string? ReadLine();

    private void Read()
    {
        while (ReadLine() is { } line)
        {
            _room.Wait();
            _ = _lines.Writer.TryWrite(line);
        }

        _lines.Writer.Complete();
    }
}
