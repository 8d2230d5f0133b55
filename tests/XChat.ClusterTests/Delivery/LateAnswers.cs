namespace XChat.ClusterTests.Delivery;

/// <summary>Keeps the answers to one kind of grain call back, as a busy network may, until they are released.</summary>
internal sealed class LateAnswers(string method) : IOutgoingGrainCallFilter
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _held;

    /// <summary>How many are kept back; further ones pass.</summary>
    public int Only { get; init; } = int.MaxValue;

    /// <summary>Answers that are kept back so far.</summary>
    public int Held => Volatile.Read(ref _held);

    public void Release() => _released.SetResult();

    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        await context.Invoke();
        if (context.InterfaceMethod.Name != method)
        {
            return;
        }

        if (Interlocked.Increment(ref _held) <= Only)
        {
            await _released.Task;
        }
        else
        {
            Interlocked.Decrement(ref _held);
        }
    }
}
