using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Orleans.Serialization;
using Orleans.Streams;

using XChat.PushStreams.Publishing;
using XChat.PushStreams.Rendezvous;
using XChat.PushStreams.Subscribing;

namespace XChat.PushStreams;

/// <summary>The two halves of a provider in one process.</summary>
internal sealed class PushStreamProvider(string name, IServiceProvider services, Publisher publisher, Subscriber subscriber)
    : IStreamProvider, ILifecycleParticipant<ISiloLifecycle>, ILifecycleParticipant<IClusterClientLifecycle>, IAsyncDisposable, IDisposable
{
    public string Name => name;

    public bool IsRewindable => false;

    public Publisher Publisher => publisher;

    public Subscriber Subscriber => subscriber;

    public static PushStreamProvider Create(IServiceProvider services, string name)
    {
        PushStreamOptions options = services.GetRequiredService<IOptionsMonitor<PushStreamOptions>>().Get(name);
        IGrainFactory grains = services.GetRequiredService<IGrainFactory>();
        PushStreamMetrics metrics = services.GetRequiredService<PushStreamMetrics>();
        TimeProvider time = services.GetRequiredService<TimeProvider>();
        ILogger logger = services.GetRequiredService<ILogger<PushStreamProvider>>();
        return new PushStreamProvider(
            name,
            services,
            new Publisher((stream, request) => grains.PushRendezvous(name, stream).Find(request), options, metrics, time, logger),
            new Subscriber(name, grains, options, metrics, time, logger));
    }

    public IAsyncStream<T> GetStream<T>(StreamId streamId) => new PushStream<T>(streamId, this, services.GetRequiredService<Serializer<T>>());

    // First of all to stop, while the silos can still be told.
    void ILifecycleParticipant<ISiloLifecycle>.Participate(ISiloLifecycle observer) => Participate(observer);

    void ILifecycleParticipant<IClusterClientLifecycle>.Participate(IClusterClientLifecycle observer) => Participate(observer);

    public ValueTask DisposeAsync() => subscriber.DisposeAsync();

    public void Dispose() => subscriber.Dispose();

    private void Participate(ILifecycleObservable lifecycle) => lifecycle.Subscribe(
        nameof(PushStreamProvider), ServiceLifecycleStage.Active, _ => Task.CompletedTask, subscriber.StopAsync);
}
