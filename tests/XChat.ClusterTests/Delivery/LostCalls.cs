namespace XChat.ClusterTests.Delivery;

/// <summary>One kind of grain call fails, as on the way to a silo that ends, until it does no more.</summary>
internal sealed class LostCalls(string method) : IOutgoingGrainCallFilter
{
    private volatile bool _over;
    private int _count;

    /// <summary>Calls that were lost so far.</summary>
    public int Count => Volatile.Read(ref _count);

    public void NoMore() => _over = true;

    public Task Invoke(IOutgoingGrainCallContext context)
    {
        if (_over || context.InterfaceMethod.Name != method)
        {
            return context.Invoke();
        }

        Interlocked.Increment(ref _count);
        throw new TimeoutException("The test lost the call.");
    }
}
