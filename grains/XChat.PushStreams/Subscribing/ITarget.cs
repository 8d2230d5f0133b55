using Orleans.Streams;

namespace XChat.PushStreams.Subscribing;

/// <summary>The observer of a subscription, called item by item or batch by batch.</summary>
internal interface ITarget<T>
{
    /// <summary>Gives items to the observer; whatever it throws is reported to the subscription and the next item follows.</summary>
    Task NextAsync(IReadOnlyList<T> items, Subscription subscription);

    Task ErrorAsync(Exception error);
}

/// <inheritdoc cref="ITarget{T}"/>
internal sealed class EachTarget<T>(IAsyncObserver<T> observer) : ITarget<T>
{
    public async Task NextAsync(IReadOnlyList<T> items, Subscription subscription)
    {
        foreach (T item in items)
        {
            if (subscription.Ended)
            {
                return;
            }

            try
            {
                await observer.OnNextAsync(item);
            }
            catch (Exception problem)
            {
                subscription.ObserverFailed(problem);
            }
        }
    }

    public Task ErrorAsync(Exception error) => observer.OnErrorAsync(error);
}

/// <inheritdoc cref="ITarget{T}"/>
internal sealed class BatchTarget<T>(IAsyncBatchObserver<T> observer) : ITarget<T>
{
    public async Task NextAsync(IReadOnlyList<T> items, Subscription subscription)
    {
        if (subscription.Ended || items.Count == 0)
        {
            return;
        }

        try
        {
            // There are no tokens to give; Orleans declares them as never null and has no use for them here.
            await observer.OnNextAsync([.. items.Select(item => new SequentialItem<T>(item, null!))]);
        }
        catch (Exception problem)
        {
            subscription.ObserverFailed(problem);
        }
    }

    public Task ErrorAsync(Exception error) => observer.OnErrorAsync(error);
}
