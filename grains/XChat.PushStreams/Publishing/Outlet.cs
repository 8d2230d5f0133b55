using XChat.PushStreams.Rendezvous;

namespace XChat.PushStreams.Publishing;

/// <summary>
/// One stream as one process publishes to it: a bounded queue and at most one call to the subscriber at a time, which takes everything that
/// gathered during the call before. It runs on the thread pool, apart from the grains that publish and from their call contexts.
/// </summary>
internal sealed class Outlet(StreamId stream, Publisher publisher) : IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private readonly Backlog _backlog = new(publisher.Options.QueueItems, publisher.Options.QueueBytes);

    /// <summary>Those who publish while it is not known whether there is a subscriber.</summary>
    private TaskCompletionSource? _opening;
    private SubscriberFound? _route;
    private Guid _lastSubscription;
    private Exception? _refusalCause;
    private bool _refused;
    private long _refusedSince;
    private long _usedAt;
    private bool _running;
    private bool _retired;

    /// <summary>Queues an item, in the order of the calls. Null: this outlet is retired, ask for another.</summary>
    public Task? Publish(byte[] item)
    {
        lock (_gate)
        {
            if (_retired)
            {
                return null;
            }

            _usedAt = publisher.Time.GetTimestamp();
            if (_refused && publisher.Time.GetElapsedTime(_refusedSince) < publisher.Options.NoSubscriberMemory)
            {
                publisher.Metrics.Lost(1);
                return Task.FromException(new NoSubscriberException(stream, _refusalCause));
            }

            _refused = false;
            if (_backlog.Add(item) is > 0 and int lost)
            {
                publisher.Metrics.Overflowed(lost);
            }

            Start();
            return _route is not null
                ? Task.CompletedTask
                : (_opening ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Ends an outlet that was not used for a time; it must not be used again.</summary>
    public bool TryRetire(TimeSpan idle)
    {
        lock (_gate)
        {
            _retired |= !_running && publisher.Time.GetElapsedTime(_usedAt) > idle;
            return _retired;
        }
    }

    void IThreadPoolWorkItem.Execute() => _ = RunAsync();

    private void Start()
    {
        if (!_running)
        {
            _running = true;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private async Task RunAsync()
    {
        try
        {
            SubscriberFound? route = _route ?? await FindAsync(failed: null);
            while (route is not null && Next() is { } portion)
            {
                route = await DeliverAsync(route, portion);
            }
        }
        catch (Exception problem)
        {
            // Nothing above throws but for a defect; publishers must not wait for ever because of it.
            publisher.Logger.OutletFailed(problem, stream);
            Close(problem);
        }
    }

    /// <summary>What goes into the next call. Null, and this outlet stops until the next item, if nothing waits.</summary>
    private Backlog.Portion? Next()
    {
        lock (_gate)
        {
            _running = !_backlog.IsEmpty;
            return _running ? _backlog.Take(publisher.Options.BatchItems, publisher.Options.BatchBytes) : null;
        }
    }

    /// <summary>Pushes a batch; returns the subscriber to go on with.</summary>
    private async Task<SubscriberFound?> DeliverAsync(SubscriberFound route, Backlog.Portion portion)
    {
        SubscriberFound? next = route;
        while (next is not null)
        {
            route = next;
            try
            {
                long started = publisher.Time.GetTimestamp();
                PushAnswer answer = await route.Receiver!.Push(new PushBatch(stream, route.Subscription, portion.Gap, portion.Items));
                if (answer.Taken)
                {
                    publisher.Metrics.Pushed(portion.Items.Length, publisher.Time.GetElapsedTime(started));
                    return route;
                }

                // Nothing was taken, so that the same batch may go to whoever has the stream now.
                next = await FindAsync(route);
            }
            catch (Exception problem)
            {
                publisher.Logger.PushFailed(problem, stream);
                Lose(portion);
                return await FindAsync(route);
            }
        }

        publisher.Metrics.Lost(portion.Items.Length);
        return null;
    }

    /// <summary>Whether the batch arrived is unknown; sent again, it might come twice.</summary>
    private void Lose(Backlog.Portion portion)
    {
        publisher.Metrics.Lost(portion.Items.Length);
        lock (_gate)
        {
            _backlog.MarkGap();
        }
    }

    /// <summary>Asks who the subscriber is. Null: there is none, and everything that waited is lost.</summary>
    private async Task<SubscriberFound?> FindAsync(SubscriberFound? failed)
    {
        try
        {
            SubscriberFound found = await publisher.FindAsync(stream, new FindSubscriber(failed?.Subscription ?? Guid.Empty, failed?.Renewal ?? 0));
            if (found.Receiver is not null)
            {
                Open(found);
                return found;
            }

            Close(cause: null);
        }
        catch (Exception problem)
        {
            publisher.Logger.FindFailed(problem, stream);
            Close(problem);
        }

        return null;
    }

    private void Open(SubscriberFound found)
    {
        lock (_gate)
        {
            if (_lastSubscription != found.Subscription)
            {
                _backlog.ForgetGap();
                _lastSubscription = found.Subscription;
            }

            _route = found;
            _opening?.SetResult();
            _opening = null;
        }
    }

    private void Close(Exception? cause)
    {
        lock (_gate)
        {
            _route = null;
            _refused = true;
            _refusedSince = publisher.Time.GetTimestamp();
            _refusalCause = cause;
            publisher.Metrics.Lost(_backlog.Lose());
            _opening?.SetException(new NoSubscriberException(stream, cause));
            _opening = null;
            _running = false;
        }
    }
}
