using Orleans.Placement;

namespace XChat.UpgradeSilo;

/// <summary>Which version this is.</summary>
public static class ThisVersion
{
#if NEXT
    public const string Name = "next";
#else
    public const string Name = "before";
#endif
}

/// <inheritdoc cref="ITallyGrain"/>
[GrainType("upgrade-tally"), PreferLocalPlacement]
public sealed class TallyGrain([PersistentState("tally")] IPersistentState<TallyState> state) : Grain, ITallyGrain
{
    /// <inheritdoc/>
    public Task<TallyAnswer> Add(TallyChange change) => ChangeAsync(change, change.By);

#if NEXT
    /// <inheritdoc/>
    public Task<TallyAnswer> Take(TallyChange change) => ChangeAsync(change, -change.By);
#endif

    private async Task<TallyAnswer> ChangeAsync(TallyChange change, int by)
    {
        if (state.State.Changes.Add(change.Change))
        {
            state.State.Count = checked(state.State.Count + by);
            await state.WriteStateAsync();
        }

        return Answers.Make(change, state.State.Count);
    }
}

/// <inheritdoc cref="IEchoGrain"/>
[GrainType("upgrade-echo"), PreferLocalPlacement]
public sealed class EchoGrain : Grain, IEchoGrain
{
    /// <inheritdoc/>
    public Task<TallyAnswer> Echo(TallyChange change) => Task.FromResult(Answers.Make(change, change.By));
}

internal static class Answers
{
#if NEXT
    public static TallyAnswer Make(TallyChange change, int count) => new(change.Why, count, ThisVersion.Name);
#else
    public static TallyAnswer Make(TallyChange change, int count)
    {
        ArgumentNullException.ThrowIfNull(change);
        return new(count, ThisVersion.Name);
    }
#endif
}
