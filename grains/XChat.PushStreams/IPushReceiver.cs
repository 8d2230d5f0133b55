namespace XChat.PushStreams;

/// <summary>What publishers call in the process of a subscriber. The body only enqueues, because calls to one receiver run one after another.</summary>
[Alias("push.IPushReceiver")]
internal interface IPushReceiver : IGrainObserver
{
    /// <summary>
    /// Takes a batch. The answer asks for the next one. A call that has not arrived in time never does, because it expires on its way: a late
    /// batch cannot overtake a newer one.
    /// </summary>
    [Alias("push"), ResponseTimeout("00:00:10")]
    Task<PushAnswer> Push(PushBatch batch);
}

/// <summary>Items in order, each serialised for itself; if there is a gap, it is before the first of them.</summary>
[GenerateSerializer, Immutable, Alias("push.PushBatch")]
internal sealed record PushBatch(
    [property: Id(0)] StreamId Stream, [property: Id(1)] Guid Subscription, [property: Id(2)] bool Gap, [property: Id(3)] byte[][] Items);

/// <summary>The outcome of a batch.</summary>
[GenerateSerializer, Immutable, Alias("push.PushAnswer")]
internal sealed record PushAnswer([property: Id(0)] bool Taken)
{
    public static readonly PushAnswer Yes = new(true);

    /// <summary>The process has no such subscription; nothing was taken.</summary>
    public static readonly PushAnswer No = new(false);
}
