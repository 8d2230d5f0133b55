namespace XChat.Frontend.RateLimits;

/// <summary>
/// How fast one device or one client address may call. Section <c>XChat:RateLimits</c>, for example the environment variable
/// <c>XChat__RateLimits__Registrations__Burst</c>. Each frontend counts for itself: behind several the limits add up.
/// </summary>
public sealed class RateLimitOptions
{
    public const string Section = "XChat:RateLimits";

    /// <summary>
    /// Hub calls of a device, by their weights in <see cref="RateLimitPolicy"/>. The burst lets a device that was away for long list its
    /// conversations and read a page of a hundred; the rate is far above what a person or a busy bot sends.
    /// </summary>
    public RateLimit Calls { get; set; } = new() { Burst = 400, PerMinute = 3_000 };

    /// <summary>
    /// Accounts that a device looks up. The burst covers the members of the largest group once; the rate keeps a device from walking through
    /// all handles.
    /// </summary>
    public RateLimit Lookups { get; set; } = new() { Burst = 1_200, PerMinute = 60 };

    /// <summary>
    /// Key packages that a device claims, by user. The burst covers building the largest group once; the rate keeps a device from using up
    /// the one-time packages of others.
    /// </summary>
    public RateLimit Claims { get; set; } = new() { Burst = 1_200, PerMinute = 30 };

    /// <summary>
    /// Payments of a device, and answers to payments. Each costs a signature's check and rows that are kept for good; a device that guesses ids or
    /// repeats old ones is slowed down here. The burst covers a bill split among many.
    /// </summary>
    public RateLimit Payments { get; set; } = new() { Burst = 100, PerMinute = 120 };

    /// <summary>Registrations from an address, on top of their proof of work. An office or school behind one address still gets in.</summary>
    public RateLimit Registrations { get; set; } = new() { Burst = 30, PerMinute = 6 };

    /// <summary>Challenges and sign-ins from an address; a sign-in takes two. After an outage many sessions behind one address renew at once.</summary>
    public RateLimit SignIns { get; set; } = new() { Burst = 400, PerMinute = 600 };

    /// <summary>Tokens from an address that prove to be of no live session. A device with an ended session tries a few times at most.</summary>
    public RateLimit Guesses { get; set; } = new() { Burst = 200, PerMinute = 60 };

    /// <summary>
    /// Pages, heads and keys of the public key log from an address. An auditor reads a thousand statements with each; the burst covers a log of 100,000.
    /// </summary>
    public RateLimit LogReads { get; set; } = new() { Burst = 120, PerMinute = 120 };

    /// <summary>
    /// Steps of recoveries from an address, on top of their proof of work. One recovery takes about a dozen with three realms behind one address; the
    /// rate keeps an address from trying a common PIN on many accounts.
    /// </summary>
    public RateLimit Recoveries { get; set; } = new() { Burst = 120, PerMinute = 30 };

    /// <summary>Calls of devices to realms from an address: each asks every couple of minutes whether somebody guesses at its PIN.</summary>
    public RateLimit RealmCalls { get; set; } = new() { Burst = 600, PerMinute = 600 };

    /// <summary>
    /// Messages of links from an address. Both devices look once a second while a person compares digits; the burst is two links in a row.
    /// </summary>
    public RateLimit Links { get; set; } = new() { Burst = 300, PerMinute = 240 };

    /// <summary>
    /// Webhooks from an address. A rail sends a few for each payment, and many at once after an outage; what is refused here it sends again.
    /// </summary>
    public RateLimit Webhooks { get; set; } = new() { Burst = 1_000, PerMinute = 6_000 };

    /// <summary>
    /// Devices, and addresses, that are counted at once in one table; beyond, newcomers share one bucket. Default: 50000, which takes about
    /// 20 MB a table.
    /// </summary>
    public int Tracked { get; set; } = 50_000;
}
