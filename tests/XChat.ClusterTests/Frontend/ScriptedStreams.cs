using System.Collections.Concurrent;

using Orleans.Streams;

using XChat.GrainInterfaces.Delivery;

namespace XChat.ClusterTests.Frontend;

/// <summary>The streams of one frontend, on which the test publishes.</summary>
public sealed class ScriptedStreams : IStreamProvider
{
    private readonly ConcurrentDictionary<StreamId, IAsyncBatchObserver<FrontendEvent>> _observers = new();

    public string Name => FrontendStreams.Provider;

    public bool IsRewindable => false;

    /// <summary>How many streams are subscribed to.</summary>
    public int Subscriptions => _observers.Count;

    public IAsyncStream<T> GetStream<T>(StreamId streamId) =>
        (IAsyncStream<T>)(object)ScriptedStream.Create(observer => _observers[streamId] = observer);

    /// <summary>Publishes to the frontend.</summary>
    public Task PublishAsync(params FrontendEvent[] events) =>
        _observers.Values.First().OnNextAsync([.. events.Select(happened => new SequentialItem<FrontendEvent>(happened, null!))]);

    /// <summary>Tells the frontend that something was lost.</summary>
    public Task LoseAsync() => _observers.Values.First().OnErrorAsync(new InvalidOperationException("a gap"));
}
