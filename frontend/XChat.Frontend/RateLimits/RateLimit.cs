namespace XChat.Frontend.RateLimits;

/// <summary>A token bucket: <c>Burst</c> calls at once, after that <c>PerMinute</c>.</summary>
public sealed class RateLimit
{
    public int Burst { get; set; }

    public int PerMinute { get; set; }
}
