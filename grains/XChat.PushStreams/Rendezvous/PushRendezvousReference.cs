namespace XChat.PushStreams.Rendezvous;

/// <summary>Typed references to rendezvous.</summary>
internal static class PushRendezvousReference
{
    public static IPushRendezvousGrain PushRendezvous(this IGrainFactory factory, string provider, StreamId stream) =>
        factory.GetGrain<IPushRendezvousGrain>($"{provider}/{stream}");
}
