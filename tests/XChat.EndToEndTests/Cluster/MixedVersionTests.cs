using XChat.Testing;
using XChat.Testing.Database;
using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Cluster;

/// <summary>
/// A cluster in the middle of an upgrade: a silo of one version and one of the next, which has an interface with a method more and records with a field more.
/// Each is told over HTTP to call grains by its own contract, and says which version answered.
/// </summary>
public sealed class MixedVersionTests(PostgresFixture postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Silos_of_two_versions_call_each_other_both_ways()
    {
        await using MixedCluster cluster = await MixedCluster.StartAsync(postgres);

        Assert.Equal("1 before -", await cluster.Before.PostAsync("echo/1/1"));
        Assert.Equal("2 next because", await cluster.Next.PostAsync("echo/2/2"));

        // The older one does not know the field and does without it, as does its answer; the newer one does not miss it.
        Assert.Equal("3 before -", await cluster.Next.PostAsync("echo/1/3"));
        Assert.Equal("4 next -", await cluster.Before.PostAsync("echo/2/4"));
    }

    [Fact]
    public async Task A_grain_moves_to_the_next_version_when_that_calls_it_and_keeps_what_it_has()
    {
        await using MixedCluster cluster = await MixedCluster.StartAsync(postgres);
        Guid first = Guid.CreateVersion7();
        Assert.Equal("7 before -", await cluster.Before.PostAsync($"tally/1/add/{first}/7"));

        // The older silo had the grain and passes the call on, without the field that it does not know.
        Assert.Equal("8 next -", await cluster.Next.PostAsync($"tally/1/add/{Guid.CreateVersion7()}/1"));

        Assert.Equal("9 next -", await cluster.Before.PostAsync($"tally/1/add/{Guid.CreateVersion7()}/1"));
        Assert.Equal("9 next -", await cluster.Before.PostAsync($"tally/1/add/{first}/7"));
        Assert.Equal("4 next because", await cluster.Next.PostAsync($"tally/1/take/{Guid.CreateVersion7()}/5"));
    }

    /// <summary>Why docs/upgrade.md has silos call a new method only from the version after the one that brings it.</summary>
    [Fact]
    public async Task A_new_method_is_refused_by_an_older_silo_and_nothing_is_done()
    {
        await using MixedCluster cluster = await MixedCluster.StartAsync(postgres);
        Assert.Equal("7 before -", await cluster.Before.PostAsync($"tally/1/add/{Guid.CreateVersion7()}/7"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => cluster.Next.PostAsync($"tally/1/take/{Guid.CreateVersion7()}/5"));

        // The answer may be there before the lines that a process wrote.
        await Eventually.HoldsAsync(() => cluster.Next.Wrote("Unable to resolve type alias"), Cancelled, what: "it says what it could not resolve");
        Assert.Equal("7 before -", await cluster.Before.PostAsync($"tally/1/add/{Guid.CreateVersion7()}/0"));
    }

    [Fact]
    public async Task Calls_of_both_versions_at_once_are_each_done_once_while_grains_move()
    {
        const int Grains = 10;
        const int Calls = 20;
        await using MixedCluster cluster = await MixedCluster.StartAsync(postgres);
        await Task.WhenAll(Enumerable.Range(0, Grains).Select(key => cluster.Before.PostAsync($"tally/{key}/add/{Guid.CreateVersion7()}/0")));

        await Task.WhenAll(Enumerable.Range(0, Grains * Calls).Select(call => (call / Grains % 2 == 0 ? cluster.Before : cluster.Next)
            .PostAsync($"tally/{call % Grains}/add/{Guid.CreateVersion7()}/1")));

        string[] counts = await Task.WhenAll(Enumerable.Range(0, Grains).Select(key => cluster.Before.PostAsync($"tally/{key}/add/{Guid.CreateVersion7()}/0")));
        Assert.All(counts, count => Assert.Equal($"{Calls} next -", count));
    }

    /// <summary>The two silos over a database of their own.</summary>
    private sealed class MixedCluster : IAsyncDisposable
    {
        private readonly TestDatabase _database;
        private readonly SiloProcess _before;
        private readonly SiloProcess _next;

        private MixedCluster(TestDatabase database)
        {
            _database = database;
            _before = Start("XChat.UpgradeSilo");
            _next = Start("XChat.UpgradeSilo.Next");
        }

        public Caller Before => new(_before);

        public Caller Next => new(_next);

        public static async Task<MixedCluster> StartAsync(PostgresFixture postgres)
        {
            MixedCluster cluster = new(await postgres.CreateDatabaseAsync(Cancelled));
            try
            {
                await Task.WhenAll(cluster._before.WaitUntilReadyAsync(Cancelled), cluster._next.WaitUntilReadyAsync(Cancelled));
                // Below the keys of the tests.
                long key = 0;
                await Eventually.HoldsAsync(() => cluster.KnowEachOtherAsync(key -= 2), Cancelled, TestProcess.Patience);
                return cluster;
            }
            catch
            {
                await cluster.DisposeAsync();
                throw;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _before.DisposeAsync();
            await _next.DisposeAsync();
            await _database.DisposeAsync();
        }

        /// <summary>Whether each silo finds a grain that the other one has, which it learns from the other's manifest some time after it is ready.</summary>
        private async Task<bool> KnowEachOtherAsync(long key)
        {
            try
            {
                long other = key - 1;
                return await Before.PostAsync($"echo/{key}/0") == "0 before -" && await Next.PostAsync($"echo/{key}/0") == "0 before -"
                    && await Next.PostAsync($"echo/{other}/0") == "0 next because" && await Before.PostAsync($"echo/{other}/0") == "0 next -";
            }
            catch (InvalidOperationException)
            {
                return false;
            }
        }

        private SiloProcess Start(string project) => SiloProcess.Start(
            _database.ConnectionString, new SiloSurroundings { Assembly = ProjectOutput.Of($"tests/{project}", project) });
    }

    /// <summary>A silo that is told to call.</summary>
    private sealed class Caller(SiloProcess silo)
    {
        private static readonly HttpClient Http = new();

        public bool Wrote(string text) => silo.Process.Transcript().Contains(text, StringComparison.Ordinal);

        public async Task<string> PostAsync(string what)
        {
            using HttpResponseMessage answer = await Http.PostAsync(new Uri(silo.Health, $"/upgrade/{what}"), null, Cancelled);
            string text = await answer.Content.ReadAsStringAsync(Cancelled);
            return answer.IsSuccessStatusCode
                ? text
                : throw new InvalidOperationException($"{what}: {answer.StatusCode}{Environment.NewLine}{silo.Process.Transcript()}");
        }
    }
}
