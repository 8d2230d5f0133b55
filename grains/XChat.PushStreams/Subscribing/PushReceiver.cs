namespace XChat.PushStreams.Subscribing;

/// <summary>Hands batches to the subscriptions of this process. It outlives them, so that a publisher with an old route gets an answer.</summary>
internal sealed class PushReceiver(Subscriber subscriber) : IPushReceiver
{
    public Task<PushAnswer> Push(PushBatch batch) =>
        Task.FromResult(subscriber.Find(batch.Subscription) is { } subscription && subscription.Take(batch) ? PushAnswer.Yes : PushAnswer.No);
}
