namespace XChat.Load;

/// <summary>
/// One thing that a run measures. <paramref name="slice"/> puts the load on for a time and gathers into a measure; it runs once to warm up and
/// then once a round. After each time, <paramref name="settle"/> waits for what the load has left behind, so that nobody else is measured with it.
/// </summary>
public sealed class Part(string name, Func<Measure, TimeSpan, Task> slice, Func<Task>? settle = null)
{
    private readonly Measure _measure = new(name);

    /// <summary>Long enough for the compiler of the runtime to be done with the code, and short beside the run.</summary>
    private static TimeSpan Warming => TimeSpan.FromSeconds(2);

    public string Name => name;

    /// <summary>What all slices but the first showed.</summary>
    public Measurement Result => _measure.Result();

    /// <summary>Callers of <paramref name="operate"/>, each with one operation under way at a time.</summary>
    public static Part Closed(string name, int callers, Func<long, Task> operate, Func<Task>? settle = null) =>
        new(name, (measure, duration) => Loops.ClosedAsync(measure, callers, duration, operate), settle);

    /// <summary>Runs parts in turns: once to warm up, then so many rounds.</summary>
    public static async Task RunAsync(IReadOnlyList<Part> parts, int rounds, TimeSpan duration)
    {
        foreach (Part part in parts)
        {
            await part.WarmUpAsync();
        }

        for (int round = 0; round < rounds; round++)
        {
            foreach (Part part in parts)
            {
                await part.RunSliceAsync(duration);
            }
        }
    }

    /// <summary>A slice that does not count.</summary>
    public async Task WarmUpAsync()
    {
        Measure warming = new("warm-up");
        warming.Start();
        await slice(warming, Warming);
        await SettleAsync();
    }

    /// <summary>One slice, which counts.</summary>
    public async Task RunSliceAsync(TimeSpan duration)
    {
        _measure.Start();
        await slice(_measure, duration);
        _measure.Stop();
        await SettleAsync();
    }

    private Task SettleAsync() => settle?.Invoke() ?? Task.CompletedTask;
}
