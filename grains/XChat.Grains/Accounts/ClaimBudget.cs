using XChat.Protocol.Accounts;

namespace XChat.Grains.Accounts;

/// <summary>
/// How many one-time packages each person may still take from one account (a token bucket a claimer). In memory: a new activation starts with full
/// buckets. When as many are counted as may be, anybody further is over the limit, so the memory does not grow.
/// </summary>
public sealed class ClaimBudget(int burst, TimeSpan pause, int claimers)
{
    private readonly Dictionary<UserId, Bucket> _buckets = [];

    /// <summary>Whether this person may take one more now.</summary>
    public bool TryTake(UserId claimer, DateTimeOffset now)
    {
        if (!_buckets.TryGetValue(claimer, out Bucket bucket))
        {
            ForgetFull(now);
            if (_buckets.Count >= claimers)
            {
                return false;
            }

            bucket = new Bucket(burst, now);
        }

        bucket = Refill(bucket, now);
        bool may = bucket.Left > 0;
        _buckets[claimer] = may ? bucket with { Left = bucket.Left - 1 } : bucket;
        return may;
    }

    private Bucket Refill(Bucket bucket, DateTimeOffset now)
    {
        long earned = (now - bucket.Since) / pause is var pauses && pauses < burst ? (long)pauses : burst;
        return bucket.Left + earned >= burst ? new Bucket(burst, now) : new Bucket(bucket.Left + earned, bucket.Since + (earned * pause));
    }

    /// <summary>A full bucket is as good as none.</summary>
    private void ForgetFull(DateTimeOffset now)
    {
        if (_buckets.Count < claimers)
        {
            return;
        }

        foreach (UserId full in _buckets.Where(pair => Refill(pair.Value, now).Left == burst).Select(pair => pair.Key).ToArray())
        {
            _buckets.Remove(full);
        }
    }

    private readonly record struct Bucket(long Left, DateTimeOffset Since);
}
