namespace XChat.PushStreams.Rendezvous;

/// <summary>Where publishers find the subscriber of a stream.</summary>
/// <remarks>
/// Key: provider name and stream.
/// Owns: the lease of the one subscriber; memory only, taken again by the next renewal.
/// Durable when: never.
/// Retry: always.
/// Scheduling: one call at a time.
/// </remarks>
[GrainInterfaceType("push.rendezvous"), Alias("push.IPushRendezvousGrain")]
internal interface IPushRendezvousGrain : IGrainWithStringKey
{
    /// <summary>Takes the stream over, whoever has it.</summary>
    [Alias("subscribe")]
    Task Subscribe(TakeLease request);

    /// <summary>The subscriber is still there.</summary>
    [Alias("renew"), ResponseTimeout("00:00:05")]
    Task<LeaseRenewed> Renew(TakeLease request);

    /// <summary>The subscriber goes.</summary>
    [Alias("release"), ResponseTimeout("00:00:05")]
    Task Release(ReleaseLease request);

    /// <summary>Finds the subscriber. One that was not reached is forgotten unless it has renewed since.</summary>
    [Alias("find"), ResponseTimeout("00:00:05")]
    Task<SubscriberFound> Find(FindSubscriber request);
}

/// <summary>A subscription and the observer that serves it.</summary>
[GenerateSerializer, Immutable, Alias("push.TakeLease")]
internal sealed record TakeLease(
    [property: Id(0)] Guid Subscription, [property: Id(1)] IPushReceiver Receiver, [property: Id(2)] TimeSpan Lease);

/// <summary>The outcome of a renewal.</summary>
[GenerateSerializer, Immutable, Alias("push.LeaseRenewed")]
internal sealed record LeaseRenewed([property: Id(0)] RenewalStatus Status);

/// <summary>Outcomes of a renewal.</summary>
[GenerateSerializer, Alias("push.RenewalStatus")]
internal enum RenewalStatus
{
    Unspecified = 0,

    /// <summary>Publishers found the subscriber all the time.</summary>
    Renewed = 1,

    /// <summary>Publishers had not found it for a while, or given it up; they do now.</summary>
    WasForgotten = 2,

    /// <summary>Another subscription has the stream.</summary>
    Superseded = 3,
}

/// <summary>A subscription that ends.</summary>
[GenerateSerializer, Immutable, Alias("push.ReleaseLease")]
internal sealed record ReleaseLease([property: Id(0)] Guid Subscription);

/// <summary>Names the lease that did not lead to the subscriber, if there was one.</summary>
[GenerateSerializer, Immutable, Alias("push.FindSubscriber")]
internal sealed record FindSubscriber([property: Id(0)] Guid FailedSubscription, [property: Id(1)] long FailedRenewal);

/// <summary>The subscriber and how often it renewed; without a receiver, there is none.</summary>
[GenerateSerializer, Immutable, Alias("push.SubscriberFound")]
internal sealed record SubscriberFound(
    [property: Id(0)] Guid Subscription, [property: Id(1)] long Renewal, [property: Id(2)] IPushReceiver? Receiver);
