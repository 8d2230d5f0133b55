using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Text;

using XChat.Hosting;

namespace XChat.ClusterTests.Operations;

/// <summary><c>health --url</c>, by which a container asks the process in it: one line and an exit code, whatever that process does meanwhile.</summary>
public sealed class HealthCommandTests
{
    /// <summary>Some one of a hundred connections is broken so early that the client finds no address at its other end, which nothing wraps.</summary>
    private const int Asks = 1_000;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_process_that_ends_while_it_is_asked_is_not_well_and_that_is_one_line()
    {
        using Socket listener = Listen(out Uri url);
        Task ending = BreakEachAsync(listener);
        HashSet<string> wrong = [];
        for (int ask = 0; ask < Asks; ask++)
        {
            (int exit, string said, string complained) = await AskAsync(url);
            if (exit != 1 || said.Length > 0 || !IsOneLine(complained, $"{url} does not answer: "))
            {
                _ = wrong.Add($"exit code {exit}, said: {said}{complained}");
            }
        }

        listener.Dispose();
        await ending;
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Nobody_there_is_not_well_and_that_is_one_line()
    {
        Uri url;
        using (Listen(out url))
        {
        }

        (int exit, _, string complained) = await AskAsync(url);

        Assert.Equal(1, exit);
        Assert.True(IsOneLine(complained, $"{url} does not answer: "), complained);
    }

    [Theory]
    [InlineData("200 OK", 0)]
    [InlineData("503 Service Unavailable", 1)]
    public async Task What_the_process_says_of_itself_is_shown_and_is_the_exit_code(string status, int code)
    {
        using Socket listener = Listen(out Uri url);
        Task answering = Task.Run(() => AnswerOneAsync(listener, status), Cancelled);

        (int exit, string said, string complained) = await AskAsync(url);

        await answering;
        Assert.Equal((code, "{}", string.Empty), (exit, said.Trim(), complained));
    }

    private static Socket Listen(out Uri url)
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        url = new Uri($"http://{listener.LocalEndPoint}/health/ready");
        return listener;
    }

    /// <summary>
    /// Ends each connection as the kernel does for a process that was killed, until there is no listener any more. On a thread that waits for nothing else:
    /// it has to be faster than who connects.
    /// </summary>
    private static Task BreakEachAsync(Socket listener) => Task.Factory.StartNew(
        () =>
        {
            while (true)
            {
                try
                {
                    using Socket connection = listener.Accept();
                    connection.LingerState = new LingerOption(enable: true, seconds: 0);
                }
                catch (Exception ended) when (ended is ObjectDisposedException or SocketException)
                {
                    return;
                }
            }
        },
        Cancelled, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static async Task AnswerOneAsync(Socket listener, string status)
    {
        using Socket connection = await listener.AcceptAsync(Cancelled);
        byte[] request = new byte[1024];
        _ = await connection.ReceiveAsync(request, Cancelled);
        _ = await connection.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}"), Cancelled);
    }

    private static async Task<(int Exit, string Said, string Complained)> AskAsync(Uri url)
    {
        using StringWriter said = new();
        using StringWriter complained = new();
        InvocationConfiguration console = new() { Output = said, Error = complained };
        int exit = await HealthCommand.Create().Parse(["--url", $"{url}"]).InvokeAsync(console, Cancelled);
        return (exit, said.ToString(), complained.ToString());
    }

    private static bool IsOneLine(string text, string start) =>
        text.StartsWith(start, StringComparison.Ordinal) && text.TrimEnd().Split('\n').Length == 1;
}
