using System.Collections.Concurrent;

using Orleans.Streams;

namespace XChat.ClusterTests.PushStreams;

/// <summary>An observer that keeps what it gets: items, and errors among them.</summary>
public sealed class Collector : IAsyncObserver<Numbered>
{
    private readonly ConcurrentQueue<object> _events = new();

    /// <summary>Runs before an item is taken.</summary>
    public Func<Numbered, Task> Before { get; set; } = _ => Task.CompletedTask;

    public IReadOnlyList<object> Events => [.. _events];

    public IReadOnlyList<int> Numbers => [.. _events.OfType<Numbered>().Select(item => item.Number)];

    public IReadOnlyList<Exception> Errors => [.. _events.OfType<Exception>()];

    public IReadOnlyList<int> NumbersOf(Guid publisher) =>
        [.. _events.OfType<Numbered>().Where(item => item.Publisher == publisher).Select(item => item.Number)];

    public async Task OnNextAsync(Numbered item, StreamSequenceToken? token = null)
    {
        await Before(item);
        _events.Enqueue(item);
    }

    public Task OnErrorAsync(Exception ex)
    {
        _events.Enqueue(ex);
        return Task.CompletedTask;
    }
}

/// <summary>An observer that takes batches.</summary>
public sealed class BatchCollector : IAsyncBatchObserver<Numbered>
{
    private readonly ConcurrentQueue<int> _numbers = new();

    public IReadOnlyList<int> Numbers => [.. _numbers];

    public Task OnNextAsync(IList<SequentialItem<Numbered>> items)
    {
        foreach (SequentialItem<Numbered> item in items)
        {
            _numbers.Enqueue(item.Item.Number);
        }

        return Task.CompletedTask;
    }

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}
