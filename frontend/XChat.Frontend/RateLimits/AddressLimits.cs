using System.Net;
using System.Net.Sockets;

using Microsoft.Extensions.Options;

namespace XChat.Frontend.RateLimits;

/// <summary>What one client address may do before anybody is signed in.</summary>
internal sealed class AddressLimits
{
    private readonly BucketTable<UInt128> _registrations;
    private readonly BucketTable<UInt128> _signIns;
    private readonly BucketTable<UInt128> _guesses;
    private readonly BucketTable<UInt128> _logReads;
    private readonly BucketTable<UInt128> _recoveries;
    private readonly BucketTable<UInt128> _realmCalls;
    private readonly BucketTable<UInt128> _links;
    private readonly BucketTable<UInt128> _webhooks;

    public AddressLimits(IOptions<RateLimitOptions> options, TimeProvider time)
    {
        RateLimitOptions limits = options.Value;
        _registrations = new(limits.Registrations, limits.Tracked, time);
        _signIns = new(limits.SignIns, limits.Tracked, time);
        _guesses = new(limits.Guesses, limits.Tracked, time);
        _logReads = new(limits.LogReads, limits.Tracked, time);
        _recoveries = new(limits.Recoveries, limits.Tracked, time);
        _realmCalls = new(limits.RealmCalls, limits.Tracked, time);
        _links = new(limits.Links, limits.Tracked, time);
        _webhooks = new(limits.Webhooks, limits.Tracked, time);
    }

    public void TakeRegistration(HttpContext context) => _registrations.Take(KeyOf(context.Connection.RemoteIpAddress), 1);

    public void TakeSignIn(HttpContext context) => _signIns.Take(KeyOf(context.Connection.RemoteIpAddress), 1);

    public void TakeLink(HttpContext context) => _links.Take(KeyOf(context.Connection.RemoteIpAddress), 1);

    /// <summary>What comes in a rail's name, before it is known whether it is from the rail.</summary>
    public void TakeWebhook(HttpContext context) => _webhooks.Take(KeyOf(context.Connection.RemoteIpAddress), 1);

    public void TakeLogRead(HttpContext context) => _logReads.Take(KeyOf(context.Connection.RemoteIpAddress), 1);

    /// <summary>A step of somebody who has no device: to look an account up, to ask a realm, to come back.</summary>
    public void TakeRecovery(HttpContext context) => _recoveries.Take(KeyOf(context.Connection.RemoteIpAddress), 1);

    /// <summary>A device's call to a realm.</summary>
    public void TakeRealmCall(HttpContext context) => _realmCalls.Take(KeyOf(context.Connection.RemoteIpAddress), 1);

    /// <summary>Refuses an address that has presented too many tokens of no session. A proper token costs nothing.</summary>
    public void CheckGuesses(HttpContext context) => _guesses.Check(KeyOf(context.Connection.RemoteIpAddress));

    public void CountGuess(HttpContext context) => _guesses.CountOne(KeyOf(context.Connection.RemoteIpAddress));

    /// <summary>One IPv4 address, or the /64 network that one IPv6 customer gets and can pick any address of.</summary>
    internal static UInt128 KeyOf(IPAddress? address)
    {
        if (address is null)
        {
            return 0;
        }

        Span<byte> bytes = stackalloc byte[16];
        bool isV4 = address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6;
        _ = address.MapToIPv6().TryWriteBytes(bytes, out _);
        if (!isV4)
        {
            bytes[8..].Clear();
        }

        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
