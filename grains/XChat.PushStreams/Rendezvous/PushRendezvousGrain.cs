namespace XChat.PushStreams.Rendezvous;

/// <inheritdoc cref="IPushRendezvousGrain"/>
[GrainType("push-rendezvous")]
internal sealed class PushRendezvousGrain(TimeProvider time) : Grain, IPushRendezvousGrain
{
    private Lease? _lease;

    public Task Subscribe(TakeLease request)
    {
        _lease = new Lease(request, Renewal: 0, time.GetTimestamp());
        return Task.CompletedTask;
    }

    public Task<LeaseRenewed> Renew(TakeLease request)
    {
        RenewalStatus status = Current() is not { } current ? RenewalStatus.WasForgotten
            : current.Request.Subscription == request.Subscription ? RenewalStatus.Renewed
            : RenewalStatus.Superseded;
        if (status != RenewalStatus.Superseded)
        {
            // Counted on from what is known, so that a publisher can tell this lease from the one that failed it.
            _lease = new Lease(request, (_lease?.Renewal ?? 0) + 1, time.GetTimestamp());
        }

        return Task.FromResult(new LeaseRenewed(status));
    }

    public Task Release(ReleaseLease request)
    {
        if (_lease?.Request.Subscription == request.Subscription)
        {
            Forget();
        }

        return Task.CompletedTask;
    }

    public Task<SubscriberFound> Find(FindSubscriber request)
    {
        if (Current() is { } lease && (lease.Request.Subscription != request.FailedSubscription || lease.Renewal != request.FailedRenewal))
        {
            return Task.FromResult(new SubscriberFound(lease.Request.Subscription, lease.Renewal, lease.Request.Receiver));
        }

        Forget();
        return Task.FromResult(new SubscriberFound(Guid.Empty, 0, null));
    }

    private Lease? Current() => _lease is { } lease && time.GetElapsedTime(lease.Since) <= lease.Request.Lease ? lease : null;

    /// <summary>A stream without a subscriber needs no activation.</summary>
    private void Forget()
    {
        _lease = null;
        DeactivateOnIdle();
    }

    private sealed record Lease(TakeLease Request, long Renewal, long Since);
}
