using System.Diagnostics;
using System.Diagnostics.Tracing;

using Microsoft.Diagnostics.NETCore.Client;

using XChat.Testing.Processes;

namespace XChat.Load.Deliver;

/// <summary>The memory that a .NET process holds when its garbage is collected.</summary>
public static class WorkingSet
{
    // Of the runtime's event provider: asking for these events makes it collect all garbage first.
    private const string RuntimeProvider = "Microsoft-Windows-DotNETRuntime";
    private const long HeapCollectKeyword = 0x800000;
    private const int Collections = 4;
    private static readonly TimeSpan CollectionTime = TimeSpan.FromMilliseconds(700);

    /// <summary>Has the process collect its garbage several times and returns the bytes of its working set.</summary>
    public static async Task<long> CollectedAsync(TestProcess process, CancellationToken cancellationToken)
    {
        DiagnosticsClient diagnostics = new(process.Id);
        for (int round = 0; round < Collections; round++)
        {
            using EventPipeSession session = await diagnostics.StartEventPipeSessionAsync(
                [new EventPipeProvider(RuntimeProvider, EventLevel.Informational, HeapCollectKeyword)],
                requestRundown: false,
                token: cancellationToken);
            await Task.Delay(CollectionTime, cancellationToken);
            Task events = session.EventStream.CopyToAsync(Stream.Null, cancellationToken);
            await session.StopAsync(cancellationToken);
            await events;
        }

        using Process system = Process.GetProcessById(process.Id);
        return system.WorkingSet64;
    }
}
