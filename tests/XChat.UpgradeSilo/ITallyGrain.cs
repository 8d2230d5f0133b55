namespace XChat.UpgradeSilo;

/// <summary>A count that is kept. The next version can take from it too, so its interface has a higher version.</summary>
/// <remarks>
/// Key: any number.
/// Owns: the count.
/// Durable when: answered.
/// Retry: with the same id.
/// Scheduling: one call after the other.
/// </remarks>
#if NEXT
[GrainInterfaceType("upgrade.tally"), Alias("upgrade.ITallyGrain"), Orleans.CodeGeneration.Version(1)]
#else
[GrainInterfaceType("upgrade.tally"), Alias("upgrade.ITallyGrain")]
#endif
public interface ITallyGrain : IGrainWithIntegerKey
{
    /// <summary>Adds, once for each id.</summary>
    [Alias("add")]
    Task<TallyAnswer> Add(TallyChange change);

#if NEXT
    /// <summary>Takes away, once for each id.</summary>
    [Alias("take")]
    Task<TallyAnswer> Take(TallyChange change);
#endif
}

/// <summary>Reads counts. Its interface is the same in both versions, what it is sent is not, so either may call the other.</summary>
/// <remarks>
/// Key: any number.
/// Owns: nothing.
/// Durable when: it changes nothing.
/// Retry: always.
/// Scheduling: one call after the other.
/// </remarks>
[GrainInterfaceType("upgrade.echo"), Alias("upgrade.IEchoGrain")]
public interface IEchoGrain : IGrainWithIntegerKey
{
    /// <summary>Says what was understood.</summary>
    [Alias("echo")]
    Task<TallyAnswer> Echo(TallyChange change);
}

/// <summary>A change of a count. The next version says why.</summary>
[GenerateSerializer, Immutable, Alias("upgrade.TallyChange")]
public sealed record TallyChange(
#if NEXT
    [property: Id(2)] string? Why,
#endif
    [property: Id(0)] Guid Change,
    [property: Id(1)] int By);

/// <summary>How the count stands and which version said so. The next version says what it understood of why.</summary>
[GenerateSerializer, Immutable, Alias("upgrade.TallyAnswer")]
public sealed record TallyAnswer(
#if NEXT
    [property: Id(2)] string? Why,
#endif
    [property: Id(0)] int Count,
    [property: Id(1)] string Version);

/// <summary>What is kept of a count.</summary>
[GenerateSerializer, Alias("upgrade.TallyState")]
public sealed class TallyState
{
    /// <summary>The count.</summary>
    [Id(0)]
    public int Count { get; set; }

    /// <summary>The changes that are in it.</summary>
    [Id(1)]
    public HashSet<Guid> Changes { get; set; } = [];
}
