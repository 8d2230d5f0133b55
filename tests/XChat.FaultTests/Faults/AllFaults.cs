namespace XChat.FaultTests.Faults;

/// <summary>Every fault there is.</summary>
internal static class AllFaults
{
    public static IReadOnlyList<Fault> List { get; } =
    [
        new KillSilo(), new FreezeSilo(), new PauseSilo(), new KillFrontend(), new TerminateBackends(), new CrashPostgres(), new SlowDatabase(),
        new CutDatabase(), new HalfOpenDatabase(), new LoseCommitReplies(), new JoinAndLeave(), new RollingRestart(), new Upgrade(),
        new FillDisk(), new SkewClock(), new IsolateSilo(), new PartSilos(),
    ];

    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static Fault Of(string name) => List.FirstOrDefault(fault => fault.Name == name)
        ?? throw new ArgumentException($"There is no fault \"{name}\"; there are {string.Join(", ", List.Select(fault => fault.Name))}.", nameof(name));
}
