namespace XChat.FaultTests;

/// <summary>What a run does.</summary>
internal sealed record FaultPlan
{
    /// <summary>Chooses faults, victims, messages and payments.</summary>
    public required int Seed { get; init; }

    /// <summary>The faults to choose from, by name.</summary>
    public required IReadOnlyList<string> Faults { get; init; }

    /// <summary>How many faults; each kind comes once before any comes twice.</summary>
    public required int Cycles { get; init; }

    /// <summary>When no further fault is begun, even if there are some to go.</summary>
    public required TimeSpan AtMost { get; init; }

    /// <summary>Silos.</summary>
    public int Silos { get; init; } = 3;

    /// <summary>Frontends.</summary>
    public int Frontends { get; init; } = 2;

    /// <summary>The main assembly of a silo of another version, for upgrades. Default: one whose interfaces are all a version ahead.</summary>
    public string? OtherSilo { get; init; }

    /// <summary>People.</summary>
    public int People { get; init; } = 6;

    /// <summary>How long a person waits between two messages, and between two payments, on average.</summary>
    public TimeSpan Pace { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>After how many faults everybody has to be answered before the next; between the others somebody has to.</summary>
    public int Calm { get; init; } = 1;
}
