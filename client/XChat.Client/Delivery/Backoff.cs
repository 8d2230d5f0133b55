using System.Security.Cryptography;

namespace XChat.Client.Delivery;

/// <summary>How long to wait after failures in a row: doubling from a quarter of a second up to half a minute, of which a random half is waited.</summary>
internal static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>The upper end of the wait.</summary>
    public static TimeSpan Ceiling(int failures)
    {
        TimeSpan wait = First * Math.Pow(2, Math.Clamp(failures - 1, 0, 20));
        return wait < Longest ? wait : Longest;
    }

    /// <summary>A wait between half of the ceiling and all of it, so that many clients do not come back at once.</summary>
    public static TimeSpan After(int failures) => Ceiling(failures) * ((RandomNumberGenerator.GetInt32(500) + 500) / 1_000.0);
}
