using System.Globalization;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace XChat.LocalCluster;

/// <summary>Asks a running cluster.</summary>
internal sealed class ControlClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _dataFolder;

    public ControlClient(string dataFolder)
    {
        _dataFolder = dataFolder;
        string socket = Control.SocketOf(dataFolder);
        _http = new HttpClient(new SocketsHttpHandler { ConnectCallback = async (_, cancelled) => await ConnectAsync(socket, cancelled) })
        {
            BaseAddress = new Uri("http://cluster"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public Task<ClusterStatus> StatusAsync(CancellationToken cancellationToken) => AskAsync(async () =>
        (await _http.GetFromJsonAsync<ClusterStatus>(Control.Status, cancellationToken))!);

    public Task<int> ScaleAsync(string role, int count, CancellationToken cancellationToken) =>
        FollowAsync($"{Control.Scale}?role={Uri.EscapeDataString(role)}&count={count.ToString(CultureInfo.InvariantCulture)}", cancellationToken);

    public Task<int> RestartAsync(string? role, bool rolling, CancellationToken cancellationToken) => FollowAsync(
        $"{Control.Restart}?rolling={(rolling ? "true" : "false")}{(role is null ? string.Empty : $"&role={Uri.EscapeDataString(role)}")}", cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => AskAsync(async () =>
    {
        using HttpResponseMessage response = await _http.PostAsync(Control.Stop, content: null, cancellationToken);
        return response.EnsureSuccessStatusCode().IsSuccessStatusCode;
    });

    public void Dispose() => _http.Dispose();

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Prints what the cluster says while it works. The exit code: 1 if it could not do it.</summary>
    private Task<int> FollowAsync(string request, CancellationToken cancellationToken) => AskAsync(async () =>
    {
        using HttpRequestMessage post = new(HttpMethod.Post, request);
        using HttpResponseMessage response = await _http.SendAsync(post, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        _ = response.EnsureSuccessStatusCode();
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            ControlLine said = JsonSerializer.Deserialize<ControlLine>(line)!;
            if (said.Error)
            {
                throw new ClusterException(said.Text);
            }

            Console.WriteLine(said.Text);
        }

        return 0;
    });

    private async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception problem) when (problem is HttpRequestException or SocketException)
        {
            throw new ClusterException((problem.InnerException ?? problem) is SocketException
                ? $"No cluster runs on {_dataFolder}: start one, or name its folder with --data."
                : $"The cluster does not answer: {problem.Message}");
        }
    }
}
