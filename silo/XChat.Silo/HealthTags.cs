namespace XChat.Silo;

/// <summary>Which health checks answer which endpoint.</summary>
public static class HealthTags
{
    /// <summary>Checks that have to pass before traffic is sent here. Liveness has none: a process that answers is alive.</summary>
    public const string Ready = "ready";
}
