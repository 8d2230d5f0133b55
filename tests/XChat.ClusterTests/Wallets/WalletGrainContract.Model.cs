using CsCheck;

using XChat.Protocol.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>Random histories beside a model that does one thing after the other. A failure prints its seed and the shortest history.</summary>
public abstract partial class WalletGrainContract
{
    private const int Histories = 25;
    private const int AtOnce = 4;

    [Fact]
    public Task Every_answer_of_a_random_history_is_the_models() => WalletHistory.Step.Array[1, 40].SampleAsync(
        async steps =>
        {
            WalletHistory history = await WalletHistory.StartAsync(Cluster);
            WalletModel model = new(WalletHistory.People, WalletHistory.Funds);
            foreach ((int index, WalletStep step) in steps.Index())
            {
                if (index % 8 == 7)
                {
                    await history.ForgetAsync(step.Payer);
                }

                (WalletStatus, long) expected = model.Take(step);
                (WalletStatus, long) answer = await history.TakeAsync(step);
                Assert.True(expected == answer, $"{step}: the model says {expected}, the wallet {answer}.");
            }

            Assert.Equal(model.Available, await history.AvailableAsync());
        },
        iter: Histories,
        threads: 1);

    [Fact]
    public Task Answers_of_commands_at_the_same_time_are_those_of_some_order() =>
        Gen.Select(WalletHistory.Step.Array[0, 8], WalletHistory.Step.Where(step => step is not FreezeStep).Array[2, AtOnce]).SampleAsync(
            async (before, together) =>
            {
                WalletHistory history = await WalletHistory.StartAsync(Cluster);
                WalletModel model = new(WalletHistory.People, WalletHistory.Funds);
                foreach (WalletStep step in before)
                {
                    model.Take(step);
                    await history.TakeAsync(step);
                }

                (WalletStatus, long)[] answers = await Task.WhenAll(together.Select(history.TakeAsync));
                IReadOnlyList<long> available = await history.AvailableAsync();

                Assert.True(
                    Orders(together.Length).Any(order => Explains(model.Copy(), together, order, answers, available)),
                    $"No order explains {string.Join(", ", answers)} to {string.Join(", ", together.AsEnumerable())}.");
            },
            iter: Histories * 2,
            threads: 1);

    private static bool Explains(
        WalletModel model, WalletStep[] steps, IReadOnlyList<int> order, (WalletStatus, long)[] answers, IReadOnlyList<long> available) =>
        order.All(index => model.Take(steps[index]) == answers[index]) && model.Available.SequenceEqual(available);

    private static IEnumerable<IReadOnlyList<int>> Orders(int count) => count == 0
        ? [[]]
        : Orders(count - 1).SelectMany(order => Enumerable.Range(0, count)
            .Select(place => (IReadOnlyList<int>)[.. order.Take(place), count - 1, .. order.Skip(place)]));
}
