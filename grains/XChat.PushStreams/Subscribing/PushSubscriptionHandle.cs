using Orleans.Streams;

namespace XChat.PushStreams.Subscribing;

/// <summary>What a subscriber ends its subscription with. It belongs to this process and is not for sending or keeping.</summary>
internal sealed class PushSubscriptionHandle<T>(Subscription<T> subscription, PushStreamProvider provider) : StreamSubscriptionHandle<T>
{
    public override StreamId StreamId => subscription.Stream;

    public override string ProviderName => provider.Name;

    public override Guid HandleId => subscription.Id;

    public override Task UnsubscribeAsync() => provider.Subscriber.RemoveAsync(subscription);

    public override Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token = null) =>
        ResumeAsync(new EachTarget<T>(observer), token);

    public override Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token = null) =>
        ResumeAsync(new BatchTarget<T>(observer), token);

    public override bool Equals(StreamSubscriptionHandle<T>? other) => other is PushSubscriptionHandle<T> && other.HandleId == HandleId;

    public override bool Equals(object? obj) => Equals(obj as StreamSubscriptionHandle<T>);

    public override int GetHashCode() => HandleId.GetHashCode();

    private Task<StreamSubscriptionHandle<T>> ResumeAsync(ITarget<T> target, StreamSequenceToken? token)
    {
        PushStream<T>.RefuseToken(token);
        if (subscription.Ended)
        {
            throw new InvalidOperationException("The subscription has ended; subscribe anew.");
        }

        subscription.Resume(target);
        return Task.FromResult<StreamSubscriptionHandle<T>>(this);
    }
}
