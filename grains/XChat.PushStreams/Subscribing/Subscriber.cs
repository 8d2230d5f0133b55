using System.Collections.Concurrent;

using Microsoft.Extensions.Logging;

using Orleans.Serialization;

using XChat.PushStreams.Rendezvous;

namespace XChat.PushStreams.Subscribing;

/// <summary>The subscriptions of this process, the receivers that they share, and their leases.</summary>
internal sealed class Subscriber(
    string provider, IGrainFactory grains, PushStreamOptions options, PushStreamMetrics metrics, TimeProvider time, ILogger logger)
    : IAsyncDisposable, IDisposable
{
    /// <summary>A call that has found its receiver before it went is with it by then, though its thread had to wait for a core.</summary>
    private static readonly TimeSpan OnItsWay = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<Guid, Subscription> _subscriptions = new();

    /// <summary>Orleans refers to observers only weakly; this keeps them.</summary>
    private List<(PushReceiver Receiver, IPushReceiver Reference)> _receivers = [];
    private readonly SemaphoreSlim _turn = new(1);
    private int _next;
    private bool _stopped;

    public Subscription? Find(Guid subscription) => _subscriptions.GetValueOrDefault(subscription);

    public Subscription? Find(StreamId stream) => _subscriptions.Values.FirstOrDefault(subscription => subscription.Stream == stream);

    /// <summary>Subscribes; an earlier subscription of this process to the stream ends.</summary>
    public async Task<Subscription<T>> AddAsync<T>(StreamId stream, Serializer<T> serializer, ITarget<T> target)
    {
        await _turn.WaitAsync();
        try
        {
            ObjectDisposedException.ThrowIf(_stopped, this);
            TakeLease request = new(Guid.Empty, NextReceiver(), options.Lease);
            Subscription? earlier = Find(stream);
            Subscription<T> subscription = new(stream, serializer, target, options, metrics, time, logger);
            request = request with { Subscription = subscription.Id };

            // Known before it can be found, so that the first item finds it.
            _subscriptions[subscription.Id] = subscription;
            try
            {
                await grains.PushRendezvous(provider, stream).Subscribe(request);
            }
            catch
            {
                Remove(subscription, lastWord: null);
                throw;
            }

            if (earlier is not null)
            {
                Remove(earlier, new SubscriptionLostException());
            }

            // Without the caller's context, which would be sent along with every renewal.
            using (ExecutionContext.SuppressFlow())
            {
                _ = Task.Run(() => RenewAsync(subscription, request));
            }

            return subscription;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends a subscription here at once, and for the publishers as soon as they ask.</summary>
    public Task RemoveAsync(Subscription subscription, CancellationToken cancellationToken = default)
    {
        Remove(subscription, lastWord: null);
        return ReleaseAsync(subscription, cancellationToken);
    }

    /// <summary>
    /// Ends everything and gives the leases back, unless that takes too long. Meanwhile the receivers tell publishers which still have a route
    /// that nobody is here; then they go, before the client does.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Subscription[] ended = End();
        await Task.WhenAll(ended.Select(subscription => ReleaseAsync(subscription, cancellationToken)));
        await RemoveReceiversAsync();
    }

    public async ValueTask DisposeAsync()
    {
        End();
        await RemoveReceiversAsync();
        _turn.Dispose();
    }

    public void Dispose()
    {
        End();
        _ = RemoveReceivers();
        _turn.Dispose();
    }

    /// <summary>
    /// Orleans answers a call to an observer of a client that is disposed with an exception on a thread of the pool, which ends the process;
    /// a call to an observer that is not known it drops. So the client is not disposed before the last call that knew one is through.
    /// </summary>
    private async Task RemoveReceiversAsync()
    {
        if (RemoveReceivers())
        {
            await Task.Delay(OnItsWay, TimeProvider.System);
        }
    }

    /// <summary>False when there was none any more.</summary>
    private bool RemoveReceivers()
    {
        List<(PushReceiver Receiver, IPushReceiver Reference)> removed = Interlocked.Exchange(ref _receivers, []);
        foreach ((_, IPushReceiver reference) in removed)
        {
            grains.DeleteObjectReference<IPushReceiver>(reference);
        }

        return removed.Count > 0;
    }

    private Subscription[] End()
    {
        _stopped = true;
        Subscription[] all = [.. _subscriptions.Values];
        foreach (Subscription subscription in all)
        {
            Remove(subscription, lastWord: null);
        }

        return all;
    }

    private void Remove(Subscription subscription, Exception? lastWord)
    {
        subscription.End(lastWord);
        _subscriptions.TryRemove(subscription.Id, out _);
    }

    private IPushReceiver NextReceiver()
    {
        if (_receivers.Count < options.Receivers)
        {
            PushReceiver receiver = new(this);
            _receivers.Add((receiver, grains.CreateObjectReference<IPushReceiver>(receiver)));
        }

        return _receivers[_next++ % _receivers.Count].Reference;
    }

    private async Task RenewAsync(Subscription subscription, TakeLease request)
    {
        while (await subscription.Renewal.WaitForNextTickAsync())
        {
            try
            {
                LeaseRenewed answer = await grains.PushRendezvous(provider, subscription.Stream).Renew(request);
                if (answer.Status == RenewalStatus.Superseded)
                {
                    Remove(subscription, new SubscriptionLostException());
                }
                else if (answer.Status == RenewalStatus.WasForgotten && !subscription.Ended)
                {
                    logger.LeaseLapsed(subscription.Stream);
                    subscription.MarkGap();
                }
            }
            catch (Exception problem)
            {
                logger.RenewalFailed(problem, subscription.Stream);
            }
        }

    }

    private async Task ReleaseAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            await grains.PushRendezvous(provider, subscription.Stream).Release(new ReleaseLease(subscription.Id)).WaitAsync(cancellationToken);
        }
        catch (Exception problem)
        {
            logger.ReleaseFailed(problem, subscription.Stream);
        }
    }
}
