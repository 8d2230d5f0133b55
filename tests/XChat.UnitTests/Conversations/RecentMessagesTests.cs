using XChat.Grains.Conversations;
using XChat.Protocol.Conversations;

namespace XChat.UnitTests.Conversations;

/// <summary>The ring of the last ids of a log, beside a list of them.</summary>
public sealed class RecentMessagesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(13)]
    [InlineData(128)]
    [InlineData(600)]
    public void The_last_ids_are_known_and_no_others_whatever_was_added_and_repeated(int capacity)
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        MessageId[] all = [.. Enumerable.Range(0, 700).Select(_ => MessageId.New())];
        List<MessageId> last = [.. all.Take(random.Next(capacity + 1))];
        RecentMessages recent = new(capacity, last);
        for (int step = 0; step < 2_000; step++)
        {
            MessageId next = all[random.Next(all.Length)];
            recent.Add(next);
            if (!last.Contains(next))
            {
                last.Add(next);
                last.RemoveRange(0, Math.Max(0, last.Count - capacity));
            }

            MessageId[] wrong = step % 50 > 0 ? [] : [.. all.Where(id => recent.Contains(id) != last.Contains(id))];
            Assert.True(wrong.Length == 0, $"seed {seed}, step {step}: {wrong.Length} ids are known or forgotten wrongly");
        }
    }
}
