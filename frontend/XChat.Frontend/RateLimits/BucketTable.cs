using System.Collections.Concurrent;
using System.Threading.RateLimiting;

using XChat.Frontend.Errors;
using XChat.Protocol;

namespace XChat.Frontend.RateLimits;

/// <summary>
/// A token bucket for each key, of which only so many exist. A full bucket says nothing about its key, so it is dropped first; when none is
/// full, newcomers share one.
/// </summary>
internal sealed class BucketTable<TKey>
    where TKey : notnull
{
    private static readonly TimeSpan SweepPause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<TKey, TokenBucketRateLimiter> _buckets = new();
    private readonly TokenBucketRateLimiterOptions _bucket;
    private readonly Lazy<TokenBucketRateLimiter> _shared;
    private readonly TimeProvider _time;
    private readonly int _most;
    private long _swept;

    public BucketTable(RateLimit limit, int most, TimeProvider time)
    {
        _bucket = new TokenBucketRateLimiterOptions
        {
            TokenLimit = limit.Burst,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1) / limit.PerMinute,
            // A timer for each bucket would cost more than the bucket: it is filled up when it is looked at.
            AutoReplenishment = false,
            QueueLimit = 0,
        };
        _shared = new(() => new TokenBucketRateLimiter(_bucket));
        _most = most;
        _time = time;
        _swept = time.GetTimestamp();
    }

    /// <summary>How many keys have a bucket of their own.</summary>
    public int Count => _buckets.Count;

    /// <summary>Takes tokens, or says when there will be enough.</summary>
    /// <exception cref="CallRefusedException">There are not.</exception>
    public void Take(TKey key, int tokens)
    {
        TokenBucketRateLimiter bucket = Find(key);
        bucket.TryReplenish();
        using RateLimitLease lease = bucket.AttemptAcquire(tokens);
        if (!lease.IsAcquired)
        {
            throw Refuse(lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait) ? wait : _bucket.ReplenishmentPeriod);
        }
    }

    /// <summary>Refuses while the bucket of the key is empty; takes nothing.</summary>
    /// <exception cref="CallRefusedException">It is.</exception>
    public void Check(TKey key)
    {
        if (_buckets.TryGetValue(key, out TokenBucketRateLimiter? bucket))
        {
            bucket.TryReplenish();
            if (bucket.GetStatistics() is { CurrentAvailablePermits: < 1 })
            {
                throw Refuse(_bucket.ReplenishmentPeriod);
            }
        }
    }

    /// <summary>Takes a token if there is one.</summary>
    public void CountOne(TKey key)
    {
        TokenBucketRateLimiter bucket = Find(key);
        bucket.TryReplenish();
        bucket.AttemptAcquire().Dispose();
    }

    private static CallRefusedException Refuse(TimeSpan wait)
    {
        int seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        return new CallRefusedException(ErrorReason.RateLimited, $"Too many calls: try again in {seconds} s.") { RetryAfterSeconds = seconds };
    }

    private TokenBucketRateLimiter Find(TKey key)
    {
        if (_buckets.TryGetValue(key, out TokenBucketRateLimiter? bucket))
        {
            return bucket;
        }

        if (_buckets.Count >= _most)
        {
            Sweep();
        }

        return _buckets.Count < _most ? _buckets.GetOrAdd(key, _ => new TokenBucketRateLimiter(_bucket)) : _shared.Value;
    }

    private void Sweep()
    {
        long swept = Volatile.Read(ref _swept);
        if (_time.GetElapsedTime(swept) < SweepPause || Interlocked.CompareExchange(ref _swept, _time.GetTimestamp(), swept) != swept)
        {
            return;
        }

        foreach ((TKey key, TokenBucketRateLimiter bucket) in _buckets)
        {
            bucket.TryReplenish();
            if (bucket.IdleDuration is not null)
            {
                _buckets.TryRemove(key, out _);
            }
        }
    }
}
