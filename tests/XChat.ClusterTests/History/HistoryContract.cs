using System.Security.Cryptography;

using XChat.ClusterTests.Accounts;
using XChat.GrainInterfaces.History;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.History;
using XChat.Testing.Accounts;
using XChat.Testing.Database;

namespace XChat.ClusterTests.History;

/// <summary>What the server promises of a history: one chain, whatever devices do at once, and for nobody else.</summary>
public abstract class HistoryContract(AccountStorage storage) : IAsyncLifetime
{
    private static readonly byte[] None = new byte[32];

    private AccountCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await storage.StartAsync(_ => { });

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await storage.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Segments_follow_each_other_and_are_read_newest_first()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(_cluster, "alice");
        byte[][] segments = await AppendAsync(alice, 5);

        HistoryRead all = await ReadAsync(alice, 0, 0);
        HistoryRead middle = await ReadAsync(alice, 5, 2);

        Assert.Equal((5L, 5), (all.HeadNumber, all.Segments.Count));
        Assert.Equal(segments.Reverse(), all.Segments.Select(segment => segment.Segment));
        Assert.Equal([4L, 3L], middle.Segments.Select(segment => segment.Number));
        Assert.Empty((await ReadAsync(alice, 0, 5)).Segments);
    }

    [Fact]
    public async Task A_page_ends_before_a_megabyte_and_the_next_one_goes_on()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(_cluster, "alice");
        await AppendAsync(alice, 20, Limits.HistorySegmentBytes);
        List<long> numbers = [];
        long before = 0;
        while ((await ReadAsync(alice, before, 0)).Segments is { Count: > 0 } page)
        {
            Assert.InRange(page.Sum(segment => segment.Segment.Length), 1, Limits.PageBytes);
            numbers.AddRange(page.Select(segment => segment.Number));
            before = page[^1].Number;
        }

        Assert.Equal(Enumerable.Range(1, 20).Reverse().Select(number => (long)number), numbers);
    }

    [Fact]
    public async Task Of_devices_that_append_at_once_one_wins_and_the_others_hear_what_is_newest()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(_cluster, "alice");
        byte[][] first = await AppendAsync(alice, 1);
        byte[] previous = SHA256.HashData(first[0]);

        HistoryAppended[] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            turn => Grain(alice).Append(new AppendHistory(alice.CallerOf(), 2, previous, [(byte)turn, 1, 2]))));

        HistoryAppended won = Assert.Single(answers, answer => answer.Status == HistoryStatus.Accepted);
        Assert.All(answers, answer => Assert.Equal((2L, Convert.ToHexString(won.HeadHash)), (answer.HeadNumber, Convert.ToHexString(answer.HeadHash))));
        Assert.Equal(7, answers.Count(answer => answer.Status == HistoryStatus.Behind));
    }

    [Fact]
    public async Task A_repetition_is_recognised_and_a_segment_that_does_not_follow_is_not_taken()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(_cluster, "alice");
        byte[][] segments = await AppendAsync(alice, 3);

        Assert.Equal(HistoryStatus.AlreadyAccepted, (await AppendAsync(alice, 2, SHA256.HashData(segments[0]), segments[1])).Status);
        Assert.Equal(HistoryStatus.Behind, (await AppendAsync(alice, 2, SHA256.HashData(segments[0]), [9])).Status);
        Assert.Equal(HistoryStatus.Behind, (await AppendAsync(alice, 4, None, [9])).Status);
        Assert.Equal(HistoryStatus.Behind, (await AppendAsync(alice, 9, SHA256.HashData(segments[2]), [9])).Status);
        await _cluster.DeactivateAsync(Grain(alice));
        Assert.Equal(3, (await ReadAsync(alice, 0, 0)).HeadNumber);
    }

    [Fact]
    public async Task Nobody_else_and_no_revoked_device_reads_or_writes()
    {
        using TestAccount alice = await TestAccount.RegisterAsync(_cluster, "alice");
        using TestAccount mallory = await TestAccount.RegisterAsync(_cluster, "mallory");
        DeviceId phone = alice.AddDevice();
        await alice.PublishAsync(2, alice.Device, phone);
        byte[][] segments = await AppendAsync(alice, 1);
        await alice.PublishAsync(3, alice.Device);

        foreach (var caller in new[] { mallory.CallerOf(), alice.CallerOf(phone) })
        {
            Assert.Equal(
                HistoryStatus.DeviceRevoked,
                (await Grain(alice).Append(new AppendHistory(caller, 2, SHA256.HashData(segments[0]), [1]))).Status);
            HistoryRead read = await Grain(alice).Read(new ReadHistory(caller, 0, 0));
            Assert.Equal((0L, 0), (read.HeadNumber, read.Segments.Count));
        }
    }

    private IHistoryGrain Grain(TestAccount account) => _cluster.Grains.History(account.User);

    private Task<HistoryRead> ReadAsync(TestAccount account, long before, long after) =>
        Grain(account).Read(new ReadHistory(account.CallerOf(), before, after));

    private Task<HistoryAppended> AppendAsync(TestAccount account, long number, byte[] previous, byte[] segment) =>
        Grain(account).Append(new AppendHistory(account.CallerOf(), number, previous, segment));

    private async Task<byte[][]> AppendAsync(TestAccount account, int count, int bytes = 100)
    {
        List<byte[]> segments = [];
        for (int number = 1; number <= count; number++)
        {
            byte[] segment = RandomNumberGenerator.GetBytes(bytes);
            HistoryAppended answer = await AppendAsync(account, number, number == 1 ? None : SHA256.HashData(segments[^1]), segment);
            Assert.Equal(HistoryStatus.Accepted, answer.Status);
            segments.Add(segment);
        }

        return [.. segments];
    }
}

/// <inheritdoc/>
public sealed class HistoryInMemoryTests() : HistoryContract(AccountStorage.InMemory());

/// <inheritdoc/>
public sealed class HistoryPostgresTests(PostgresFixture postgres) : HistoryContract(AccountStorage.On(postgres));
