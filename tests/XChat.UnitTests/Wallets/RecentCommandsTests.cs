using CsCheck;

using XChat.Grains.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.UnitTests.Wallets;

/// <summary>Which commands a wallet still knows without asking the ledger.</summary>
public sealed class RecentCommandsTests
{
    private const int Capacity = 64;
    private const long Start = 1_800_000_000_000;

    [Fact]
    public void A_wallet_that_pays_again_and_again_knows_as_many_as_it_may_and_forgets_the_oldest_first()
    {
        List<bool[]> known = [.. Run(Capacity, Enumerable.Repeat(100L, 200))];

        Assert.All(known.Index(), after => Assert.Equal(Last(Math.Min(after.Index + 1, Capacity), of: after.Index + 1), after.Item));
    }

    [Fact]
    public void A_wallet_that_pays_now_and_then_knows_the_last_few_and_takes_no_more_room()
    {
        // The oldest of the few is out of the window when the next one comes.
        long pause = RecentCommands.RetryWindowMs / RecentCommands.FirstRoom;
        List<bool[]> known = [.. Run(Capacity, Enumerable.Repeat(pause, 200))];

        Assert.All(
            known.Index(), after => Assert.Equal(Last(Math.Min(after.Index + 1, RecentCommands.FirstRoom), of: after.Index + 1), after.Item));
    }

    [Fact]
    public void Room_is_made_as_long_as_the_oldest_may_still_be_repeated()
    {
        long pause = (RecentCommands.RetryWindowMs / RecentCommands.FirstRoom) - 1;

        Assert.Equal(5, Run(Capacity, Enumerable.Repeat(pause, 5)).Last().Count(yes => yes));
    }

    [Fact]
    public void A_wallet_that_becomes_busy_after_it_was_not_keeps_the_order()
    {
        // Six commands leave the oldest of the four in the middle of the array.
        long[] pauses = [.. Enumerable.Repeat(RecentCommands.RetryWindowMs, 6), .. Enumerable.Repeat(1L, 20)];
        List<bool[]> known = [.. Run(8, pauses)];

        // The fourth that comes quickly would be the first to push out one from shortly before: the last of those that did not.
        Assert.Equal([1, 2, 3, 4, 4, 4, 4, 4, 4, 5, 6, 7, 8, 8], known.Take(14).Select(after => after.Count(yes => yes)));
        Assert.All(known, after => Assert.Equal(Last(after.Count(yes => yes), of: after.Length), after));
    }

    /// <summary>Capacities below the first room as well, times that stand still, and clocks that were set back.</summary>
    [Fact]
    public void Whatever_the_pauses_the_last_are_known_and_nobody_of_the_window_is_forgotten_for_lack_of_room() =>
        Gen.Select(Gen.Int[1, 20], Gen.OneOf(PausesOf(0, 2_000), PausesOf(0, 40_000), PausesOf(-5_000, 5_000))).Sample((capacity, pauses) =>
        {
            long[] times = [.. Times(pauses)];
            foreach ((int last, bool[] known) in Run(capacity, pauses).Index())
            {
                int count = known.Count(yes => yes);
                Assert.Equal(Last(count, of: last + 1), known);
                Assert.InRange(count, 1, capacity);
                if (count < capacity && count <= last && pauses.All(pause => pause >= 0))
                {
                    Assert.True(times[last] - times[last - count] >= RecentCommands.RetryWindowMs, $"Forgotten too early after {last}.");
                }
            }
        });

    private static Gen<long[]> PausesOf(long least, long most) => Gen.Long[least, most].Array[1, 80];

    /// <summary>After each command, which of all so far are known.</summary>
    private static IEnumerable<bool[]> Run(int capacity, IEnumerable<long> pauses)
    {
        RecentCommands recent = new(capacity);
        List<TransferId> ids = [];
        foreach (long time in Times(pauses))
        {
            DecidedCommand decided = new(TransferId.New(), Guid.Empty, new byte[32], WalletStatus.Accepted, [], time, 0, null);
            ids.Add(decided.Id);
            recent.Add(decided);
            Assert.Equal(time, recent.Find(decided.Id)?.TimeMs);
            yield return [.. ids.Select(id => recent.Find(id) is not null)];
        }
    }

    private static IEnumerable<long> Times(IEnumerable<long> pauses)
    {
        long time = Start;
        foreach (long pause in pauses)
        {
            yield return time += pause;
        }
    }

    private static bool[] Last(int known, int of) => [.. Enumerable.Range(0, of).Select(place => place >= of - known)];
}
