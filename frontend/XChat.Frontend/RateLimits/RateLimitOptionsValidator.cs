using Microsoft.Extensions.Options;

using XChat.Protocol;

namespace XChat.Frontend.RateLimits;

/// <summary>Reports every problem at once; each message names the key, the value and what would follow.</summary>
internal sealed class RateLimitOptionsValidator : IValidateOptions<RateLimitOptions>
{
    private const int Most = 100_000_000;

    public ValidateOptionsResult Validate(string? name, RateLimitOptions options)
    {
        List<string> problems = [];
        Check(nameof(options.Calls), options.Calls, RateLimitPolicy.HeaviestCall, problems);
        Check(nameof(options.Lookups), options.Lookups, 1, problems);
        Check(nameof(options.Claims), options.Claims, Limits.ClaimsPerCall, problems);
        Check(nameof(options.Payments), options.Payments, 1, problems);
        Check(nameof(options.Registrations), options.Registrations, 1, problems);
        Check(nameof(options.SignIns), options.SignIns, 1, problems);
        Check(nameof(options.Guesses), options.Guesses, 1, problems);
        Check(nameof(options.LogReads), options.LogReads, 1, problems);
        Check(nameof(options.Recoveries), options.Recoveries, 1, problems);
        Check(nameof(options.RealmCalls), options.RealmCalls, 1, problems);
        Check(nameof(options.Links), options.Links, 1, problems);
        Check(nameof(options.Webhooks), options.Webhooks, 1, problems);
        if (options.Tracked is < 100 or > 10_000_000)
        {
            problems.Add(
                $"{RateLimitOptions.Section}:Tracked is {options.Tracked}, outside 100 to 10000000: strangers would share buckets, "
                + "or memory would be unbounded.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void Check(string key, RateLimit limit, int leastBurst, List<string> problems)
    {
        if (limit.Burst < leastBurst || limit.Burst > Most)
        {
            problems.Add(
                $"{RateLimitOptions.Section}:{key}:Burst is {limit.Burst}, outside {leastBurst} to {Most}: the heaviest call would never be "
                + "let through.");
        }

        if (limit.PerMinute is < 1 or > Most)
        {
            problems.Add(
                $"{RateLimitOptions.Section}:{key}:PerMinute is {limit.PerMinute}, outside 1 to {Most}: an empty bucket would never fill again.");
        }
    }
}
