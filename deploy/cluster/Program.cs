using System.CommandLine;
using System.Runtime.InteropServices;

using Npgsql;

using XChat.EmbeddedPostgres;
using XChat.LocalCluster;

// The processes need their time to end; the parser must not cut that short.
InvocationConfiguration invocation = new() { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
try
{
    return await ClusterCommandLine.Create(RunAsync).Parse(args).InvokeAsync(invocation);
}
catch (Exception problem) when (problem is ClusterException or EmbeddedPostgresException or NpgsqlException or IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync(problem.Message);
    return 1;
}

static async Task<int> RunAsync(ClusterOptions options)
{
    TaskCompletionSource signalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    using CancellationTokenSource starting = new();
    using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
    using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
    try
    {
        await using Supervisor supervisor = await Supervisor.StartAsync(options, Console.Error.WriteLine, starting.Token);
        await using ControlServer control = await ControlServer.OpenAsync(Control.SocketOf(options.DataFolder), supervisor);
        Console.WriteLine($"XChat is ready at {supervisor.Door.OriginalString}");
        Task ended = await Task.WhenAny(signalled.Task, control.StopAsked, supervisor.DatabaseEnded);
        if (ended == supervisor.DatabaseEnded)
        {
            throw new ClusterException("PostgreSQL ended unexpectedly, and the cluster with it.");
        }

        Console.WriteLine("Stopping; what was acknowledged is kept.");
        return 0;
    }
    catch (OperationCanceledException) when (starting.IsCancellationRequested)
    {
        return 0;
    }

    void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        starting.Cancel();
        signalled.TrySetResult();
    }
}
