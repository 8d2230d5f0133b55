namespace XChat.ClusterTests.Storage;

/// <summary>A grain with one reminder.</summary>
[Alias("xchat.tests.IRemindedGrain")]
internal interface IRemindedGrain : IGrainWithGuidKey
{
    [Alias("start")]
    Task Start();

    [Alias("stop")]
    Task Stop();

    [Alias("isSet")]
    Task<bool> IsSet();

    [Alias("ticks")]
    Task<int> Ticks();
}

internal sealed class RemindedGrain : Grain, IRemindedGrain, IRemindable
{
    private const string Name = "tick";

    private int _ticks;

    public Task Start() => this.RegisterOrUpdateReminder(Name, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));

    public async Task Stop()
    {
        if (await this.GetReminder(Name) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }

    public async Task<bool> IsSet() => await this.GetReminder(Name) is not null;

    public Task<int> Ticks() => Task.FromResult(_ticks);

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        _ticks++;
        return Task.CompletedTask;
    }
}
