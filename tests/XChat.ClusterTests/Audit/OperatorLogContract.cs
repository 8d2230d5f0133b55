using XChat.Grains.Audit;

namespace XChat.ClusterTests.Audit;

/// <summary>What every operators' log keeps.</summary>
public abstract class OperatorLogContract
{
    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    protected abstract Task<IOperatorLog> OpenAsync();

    [Fact]
    public async Task Entries_stand_in_the_order_of_their_appends_and_form_a_chain()
    {
        IOperatorLog log = await OpenAsync();
        DateTimeOffset now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123);
        for (int index = 0; index < 5; index++)
        {
            await log.AppendAsync(Entry($"subject {index}"), now, Cancelled);
        }

        IReadOnlyList<OperatorAction> actions = await log.ReadAsync(0, 100, Cancelled);

        Assert.Equal([1, 2, 3, 4, 5], actions.Select(action => action.Seq));
        Assert.Equal(Enumerable.Range(0, 5).Select(index => $"subject {index}"), actions.Select(action => action.Entry.Subject));
        Assert.All(actions.Zip(actions.Skip(1)), pair => Assert.Null(OperatorChain.Check(pair.First, pair.Second)));
        Assert.Null(OperatorChain.Check(null, actions[0]));
    }

    [Fact]
    public async Task Appends_at_once_all_find_a_place()
    {
        IOperatorLog log = await OpenAsync();

        await Task.WhenAll(Enumerable.Range(0, 16).Select(index => log.AppendAsync(Entry($"{index}"), DateTimeOffset.UnixEpoch, Cancelled)));

        IReadOnlyList<OperatorAction> actions = await log.ReadAsync(0, 100, Cancelled);
        Assert.Equal(16, actions.Count);
        Assert.All(actions.Zip(actions.Skip(1)), pair => Assert.Null(OperatorChain.Check(pair.First, pair.Second)));
    }

    [Fact]
    public async Task A_page_begins_after_a_place_and_is_bounded()
    {
        IOperatorLog log = await OpenAsync();
        for (int index = 0; index < 5; index++)
        {
            await log.AppendAsync(Entry($"{index}"), DateTimeOffset.UnixEpoch, Cancelled);
        }

        Assert.Equal([3, 4], (await log.ReadAsync(2, 2, Cancelled)).Select(action => action.Seq));
        Assert.Empty(await log.ReadAsync(5, 2, Cancelled));
    }

    protected static OperatorEntry Entry(string subject) => new("ana", "wallet.freeze", subject, "reported stolen", OperatorStage.Begun);
}
