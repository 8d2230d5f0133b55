using System.Text.Json;
using System.Threading.Channels;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace XChat.LocalCluster;

/// <summary>Carries out what the other commands ask of a running cluster.</summary>
internal sealed class ControlServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ControlServer(WebApplication app) => _app = app;

    /// <summary>Completes when somebody asks the cluster to stop.</summary>
    public Task StopAsked => _stop.Task;

    public static async Task<ControlServer> OpenAsync(string socket, Supervisor supervisor)
    {
        // Left behind by a run that was killed: the data folder's lock, which is held by now, says that it is nobody's.
        File.Delete(socket);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(socket));
        WebApplication app = builder.Build();
        ControlServer server = new(app);
        app.MapGet(Control.Status, () => Describe(supervisor));
        app.MapPost(Control.Scale, (string role, int count, HttpResponse response, CancellationToken cancelled) =>
            SayAsync(response, say => supervisor.ScaleAsync(RoleOf(role), count, say, cancelled)));
        app.MapPost(Control.Restart, (string? role, bool rolling, HttpResponse response, CancellationToken cancelled) =>
            SayAsync(response, say => supervisor.RestartAsync(role is null ? Roles.All : [RoleOf(role)], rolling, say, cancelled)));
        app.MapPost(Control.Stop, () => server._stop.TrySetResult());
        await app.StartAsync();
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(socket, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static Role RoleOf(string name) => Roles.All.FirstOrDefault(role => role.Name == name)
        ?? throw new ClusterException($"There is no role \"{name}\": it is one of {string.Join(", ", Roles.All.Select(role => role.Name))}.");

    private static ClusterStatus Describe(Supervisor supervisor) => new(
        supervisor.Door.OriginalString,
        supervisor.Postgres,
        [
            .. Roles.All.SelectMany(role => supervisor.Members.Where(member => member.Role == role).OrderBy(member => member.Number)).Select(member =>
                new MemberStatus(
                    member.Role.Name, member.Number, NameOf(member.State), member.ProcessId, member.Address.OriginalString, member.Crashes, member.Log)),
        ]);

    private static string NameOf(MemberState state) => state switch
    {
        MemberState.Starting => "starting",
        MemberState.Ready => "ready",
        MemberState.NotReady => "not ready",
        MemberState.Stopping => "stopping",
        _ => "stopped",
    };

    /// <summary>Sends each line as it is said. Several processes may say something at once.</summary>
    private static async Task SayAsync(HttpResponse response, Func<Action<string>, Task> work)
    {
        Channel<ControlLine> lines = Channel.CreateUnbounded<ControlLine>();
        Task working = WorkAsync();
        await foreach (ControlLine line in lines.Reader.ReadAllAsync())
        {
            await response.WriteAsync(JsonSerializer.Serialize(line) + "\n");
            await response.Body.FlushAsync();
        }

        await working;

        async Task WorkAsync()
        {
            try
            {
                await work(text => lines.Writer.TryWrite(new ControlLine(text)));
            }
            catch (ClusterException problem)
            {
                _ = lines.Writer.TryWrite(new ControlLine(problem.Message, Error: true));
            }
            finally
            {
                lines.Writer.Complete();
            }
        }
    }
}
