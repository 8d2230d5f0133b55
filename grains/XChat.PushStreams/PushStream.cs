using Orleans.Serialization;
using Orleans.Streams;

using XChat.PushStreams.Subscribing;

namespace XChat.PushStreams;

/// <summary>A stream as Orleans knows streams. It has no state of its own.</summary>
internal sealed class PushStream<T>(StreamId stream, PushStreamProvider provider, Serializer<T> serializer) : IAsyncStream<T>
{
    public bool IsRewindable => false;

    public string ProviderName => provider.Name;

    public StreamId StreamId => stream;

    public Task OnNextAsync(T item, StreamSequenceToken? token = null)
    {
        RefuseToken(token);
        return provider.Publisher.PublishAsync(stream, serializer.SerializeToArray(item));
    }

    public Task OnNextBatchAsync(IEnumerable<T> batch, StreamSequenceToken? token = null)
    {
        RefuseToken(token);
        return Task.WhenAll(batch.Select(item => OnNextAsync(item)));
    }

    public Task OnCompletedAsync() => throw new NotSupportedException("A push stream does not end.");

    public Task OnErrorAsync(Exception ex) => throw new NotSupportedException("A push stream carries items, not the errors of its publishers.");

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer) => SubscribeAsync(new EachTarget<T>(observer));

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token, string? filterData = null)
    {
        RefuseToken(token);
        return filterData is null
            ? SubscribeAsync(observer)
            : throw new NotSupportedException("A push stream delivers everything; it does not filter.");
    }

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer) => SubscribeAsync(new BatchTarget<T>(observer));

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token)
    {
        RefuseToken(token);
        return SubscribeAsync(observer);
    }

    public Task<IList<StreamSubscriptionHandle<T>>> GetAllSubscriptionHandles() => Task.FromResult<IList<StreamSubscriptionHandle<T>>>(
        provider.Subscriber.Find(stream) is Subscription<T> subscription ? [new PushSubscriptionHandle<T>(subscription, provider)] : []);

    public bool Equals(IAsyncStream<T>? other) => other is PushStream<T> && other.StreamId == stream && other.ProviderName == ProviderName;

    public override bool Equals(object? obj) => Equals(obj as IAsyncStream<T>);

    public override int GetHashCode() => stream.GetHashCode();

    public int CompareTo(IAsyncStream<T>? other) => other is null ? 1 : stream.CompareTo(other.StreamId);

    public override string ToString() => stream.ToString();

    internal static void RefuseToken(StreamSequenceToken? token)
    {
        if (token is not null)
        {
            throw new NotSupportedException("A push stream keeps nothing, so that it has no sequence tokens.");
        }
    }

    private async Task<StreamSubscriptionHandle<T>> SubscribeAsync(ITarget<T> target) =>
        new PushSubscriptionHandle<T>(await provider.Subscriber.AddAsync(stream, serializer, target), provider);
}
