using Orleans.Streams;

namespace XChat.ClusterTests.PushStreams;

/// <summary>Publishes as a grain of the product would.</summary>
[Alias("xchat.test.IPublishingGrain")]
public interface IPublishingGrain : IGrainWithGuidKey
{
    /// <summary>Publishes numbers, one after the other was accepted, or all at once.</summary>
    [Alias("publish")]
    Task Publish(StreamId stream, int from, int count, bool atOnce);

    [Alias("where")]
    Task<SiloAddress> Where();
}

public sealed class PublishingGrain(ILocalSiloDetails silo) : Grain, IPublishingGrain
{
    public async Task Publish(StreamId stream, int from, int count, bool atOnce)
    {
        IAsyncStream<Numbered> target = this.GetStreamProvider(StreamCluster.Provider).GetStream<Numbered>(stream);
        List<Task> waiting = [];
        for (int number = from; number < from + count; number++)
        {
            Task accepted = target.OnNextAsync(new Numbered(this.GetPrimaryKey(), number));
            if (atOnce)
            {
                waiting.Add(accepted);
            }
            else
            {
                await accepted;
            }
        }

        await Task.WhenAll(waiting);
    }

    public Task<SiloAddress> Where() => Task.FromResult(silo.SiloAddress);
}

/// <summary>What the tests publish.</summary>
[GenerateSerializer, Immutable, Alias("xchat.test.Numbered")]
public sealed record Numbered([property: Id(0)] Guid Publisher, [property: Id(1)] int Number);
