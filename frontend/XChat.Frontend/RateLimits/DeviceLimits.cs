using Microsoft.Extensions.Options;

using XChat.GrainInterfaces.Accounts;

namespace XChat.Frontend.RateLimits;

/// <summary>What one device may call, over all of its connections to this frontend.</summary>
internal sealed class DeviceLimits
{
    private readonly BucketTable<Caller> _calls;
    private readonly BucketTable<Caller> _lookups;
    private readonly BucketTable<Caller> _claims;
    private readonly BucketTable<Caller> _payments;

    public DeviceLimits(IOptions<RateLimitOptions> options, TimeProvider time)
    {
        RateLimitOptions limits = options.Value;
        _calls = new(limits.Calls, limits.Tracked, time);
        _lookups = new(limits.Lookups, limits.Tracked, time);
        _claims = new(limits.Claims, limits.Tracked, time);
        _payments = new(limits.Payments, limits.Tracked, time);
    }

    /// <exception cref="Errors.CallRefusedException">The device has called too often.</exception>
    public void Take(Caller caller, string method, IReadOnlyList<object?> arguments)
    {
        RateLimitPolicy.Cost cost = RateLimitPolicy.Of(method, arguments);
        BucketTable<Caller> table = cost.Bucket switch
        {
            RateLimitPolicy.Bucket.Lookups => _lookups,
            RateLimitPolicy.Bucket.Claims => _claims,
            RateLimitPolicy.Bucket.Payments => _payments,
            _ => _calls,
        };
        table.Take(caller, cost.Weight);
    }
}
