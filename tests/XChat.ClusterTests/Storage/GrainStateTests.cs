using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Storage;
using XChat.Silo;
using XChat.Testing.Database;
using XChat.Testing.Processes;

namespace XChat.ClusterTests.Storage;

/// <summary>The real provider of a real silo over our own tables: no two activations may both believe that they wrote first.</summary>
public sealed class GrainStateTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase? _database;
    private IHost? _silo;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private IGrainStorage Storage => _silo!.Services.GetRequiredKeyedService<IGrainStorage>("Default");

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync(Cancelled);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["XChat:Postgres"] = _database.ConnectionString,
            ["XChat:SiloPort"] = $"{FreePort.Next()}",
            ["XChat:GatewayPort"] = $"{FreePort.Next()}",
        });
        builder.AddXChatSilo();
        _silo = builder.Build();
        await _silo.StartAsync(Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        await _silo!.StopAsync(CancellationToken.None);
        _silo.Dispose();
        await _database!.DisposeAsync();
    }

    [Theory]
    [InlineData("a-text-key")]
    [InlineData("7f0c2f0c6a3f4bd1a2a1f6a2c9c3b6a1")]
    [InlineData("1f")]
    [InlineData("1f+extension")]
    public async Task Of_many_first_writers_exactly_one_wins(string key)
    {
        const int Writers = 32;
        GrainId grain = GrainId.Create("drawer", key);

        Exception?[] outcomes = await Task.WhenAll(Enumerable.Range(0, Writers).Select(async number =>
        {
            GrainState<Note> own = new(new Note { Text = $"writer {number}" });
            return await Record.ExceptionAsync(() => Storage.WriteStateAsync("note", grain, own));
        }));

        Assert.Equal(1, outcomes.Count(outcome => outcome is null));
        Assert.Equal(Writers - 1, outcomes.Count(outcome => outcome is InconsistentStateException));
        GrainState<Note> kept = new();
        await Storage.ReadStateAsync("note", grain, kept);
        Assert.Equal($"writer {Array.FindIndex(outcomes, outcome => outcome is null)}", kept.State?.Text);
    }

    [Fact]
    public async Task A_writer_with_an_old_version_loses()
    {
        GrainId grain = GrainId.Create("drawer", "stale");
        GrainState<Note> fresh = new(new Note { Text = "one" });
        await Storage.WriteStateAsync("note", grain, fresh);
        GrainState<Note> stale = new();
        await Storage.ReadStateAsync("note", grain, stale);
        fresh.State = new Note { Text = "two" };
        await Storage.WriteStateAsync("note", grain, fresh);

        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.WriteStateAsync("note", grain, stale));
        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.ClearStateAsync("note", grain, stale));
    }

    [Fact]
    public async Task A_cleared_state_is_gone_and_cannot_be_brought_back_by_an_old_writer()
    {
        GrainId grain = GrainId.Create("drawer", "cleared");
        GrainState<Note> owner = new(new Note { Text = "one" });
        await Storage.WriteStateAsync("note", grain, owner);
        GrainState<Note> stale = new();
        await Storage.ReadStateAsync("note", grain, stale);

        await Storage.ClearStateAsync("note", grain, owner);

        Assert.False(owner.RecordExists);
        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.WriteStateAsync("note", grain, stale));
        GrainState<Note> read = new();
        await Storage.ReadStateAsync("note", grain, read);
        Assert.False(read.RecordExists);
        await Storage.WriteStateAsync("note", grain, owner);
    }

    [GenerateSerializer, Alias("xchat.test.Note")]
    internal sealed class Note
    {
        [Id(0)]
        public string Text { get; set; } = string.Empty;
    }
}
