using XChat.Cli.Output;
using XChat.Client;
using XChat.Client.Conversations;
using XChat.Client.Delivery;

namespace XChat.Cli.Delivery;

/// <summary>One conversation at a terminal or a script's pipe: typed lines are sent, what happens is printed.</summary>
internal sealed class LiveChat(ProfileSession session, Guid conversation, Prompt prompt, bool json) : IDisposable
{
    private const string Quit = "/quit";

    /// <summary>What is not sent by then stays in the outbox.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(4);

    private readonly CancellationTokenSource _over = new();
    private readonly HashSet<long> _shown = [];
    private readonly List<Task> _sending = [];
    private volatile bool _closing;
    private int _exitCode = ExitCode.Done;

    public void Dispose()
    {
        prompt.Dispose();
        _over.Dispose();
    }

    public async Task<int> RunAsync(IReadOnlyList<ChatMessage> before, CancellationToken cancellationToken)
    {
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _over.Token);
        Task showing = ShowAsync(before, session.Client.ListenAsync(CancellationToken.None));
        try
        {
            await foreach (string line in prompt.LinesAsync(ending.Token))
            {
                if (line == Quit)
                {
                    break;
                }

                Take(line);
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C, or no longer a member.
        }

        await SayGoodbyeAsync();
        _closing = true;
        // The listener gets what is left, and ends.
        await session.DisposeAsync();
        await showing;
        return _exitCode;
    }

    private void Take(string line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        if (line.StartsWith('/') && !line.StartsWith("//", StringComparison.Ordinal))
        {
            string unknown = $"There is no command {TerminalText.Line(line)}. {Quit} ends the chat; a text that begins with '/' is typed with two of them.";
            prompt.Print(json ? JsonLine.Of(new { Type = "problem", Text = unknown }) : unknown);
            return;
        }

        _sending.Add(SendAsync(line.StartsWith('/') ? line[1..] : line));
        _ = _sending.RemoveAll(sent => sent.IsCompleted);
    }

    private async Task SendAsync(string text)
    {
        try
        {
            _ = await session.Client.SendAsync(conversation, text, CancellationToken.None);
        }
        catch (XChatException problem)
        {
            _exitCode = ExitCode.Of(problem.Reason);
            await ProfileCommand.ExplainAsync(problem, json);
        }
    }

    /// <summary>Gives what was typed last a moment to leave. Closing the client then ends every wait and names what stays.</summary>
    private async Task SayGoodbyeAsync()
    {
        _ = await Task.WhenAny(Task.WhenAll(_sending), Task.Delay(Farewell));
        await session.Client.SettleAsync().WaitAsync(Farewell).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ShowAsync(IReadOnlyList<ChatMessage> before, IAsyncEnumerable<ChatEvent> events)
    {
        foreach (ChatMessage line in before)
        {
            Show(line);
        }

        await MarkReadAsync(before.Count == 0 ? 0 : before.Max(line => line.Seq));
        await foreach (ChatEvent happened in events)
        {
            switch (happened)
            {
                case MessageArrived { Message: var message } when message.Conversation == conversation:
                    Show(message);
                    await MarkReadAsync(message.Seq);
                    break;
                case ConversationChanged { Stage: ConversationStage.Left } left when left.Conversation == conversation:
                    Print(happened, "You are no longer in this conversation.");
                    await _over.CancelAsync();
                    break;
                case ConnectionChanged { Connected: false } when !_closing:
                    Print(happened, "The connection is lost. What you write waits until it is back.");
                    break;
                case ConnectionChanged { Connected: true }:
                    Print(happened, "Connected again.");
                    break;
            }
        }
    }

    private void Show(ChatMessage message)
    {
        if (message.Seq == 0 || _shown.Add(message.Seq))
        {
            Print(new MessageArrived(message), MessageLine.Live(message));
        }
        else if (message.Kind == MessageKind.Deleted)
        {
            Print(new MessageArrived(message), $"Message {message.Seq} was deleted.");
        }
    }

    /// <summary>Programs read the objects of <c>xchat listen --json</c>.</summary>
    private void Print(ChatEvent happened, string line) => prompt.Print(json ? EventJson.Of(happened, session.Client) ?? line : line);

    private async Task MarkReadAsync(long seq)
    {
        try
        {
            await session.Client.MarkReadAsync(conversation, seq);
        }
        catch (Exception closing) when (closing is ObjectDisposedException or OperationCanceledException)
        {
            // The last lines are printed while the client closes; what was read is said the next time.
        }
    }
}
