using Microsoft.Extensions.Options;

using XChat.Frontend.Errors;
using XChat.Protocol;

namespace XChat.Frontend.RateLimits;

/// <summary>
/// Lets calls in as long as those inside are answered in time. The limit follows the classic rule of congestion: a little more while it is reached and all
/// goes well, a tenth less when it does not. Without it, load past capacity would only lengthen the queues in the silos until everything times out.
/// </summary>
internal sealed class CallAdmission
{
    /// <summary>How long is watched before the limit moves. Answers of one window were let in under one limit, more or less.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMilliseconds(100);

    /// <summary>Fewer answers say nothing about the server.</summary>
    public const int LeastAnswers = 10;

    private const int Start = 256;
    private const double Shrink = 0.9;
    private const double ReachedShare = 0.8;

    /// <summary>When a refused client may ask again. One that does not wait so long hears of the next refusal only then.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>What a refused client is told.</summary>
    public static CallRefusedException Refusal { get; } =
        new(ErrorReason.Unavailable, "The server is overloaded, and nothing was done. Try again a little later.")
        {
            RetryAfterSeconds = (int)RetryAfter.TotalSeconds,
        };

    private readonly AdmissionOptions _options;
    private readonly TimeProvider _time;
    private readonly FrontendMetrics _metrics;
    private readonly Lock _gate = new();
    private double _limit;
    private int _inside;
    private int _most;
    private int _answers;
    private double _waitedMs;
    private long _windowBegan;

    public CallAdmission(IOptions<AdmissionOptions> options, FrontendMetrics metrics, TimeProvider time)
    {
        _options = options.Value;
        _metrics = metrics;
        _time = time;
        _limit = Math.Clamp(Start, _options.LeastCalls, _options.MostCalls);
        _windowBegan = time.GetTimestamp();
        metrics.Watch(this);
    }

    /// <summary>Calls that may be inside at this moment.</summary>
    public int Limit => (int)Volatile.Read(ref _limit);

    /// <summary>Calls that are.</summary>
    public int Inside => Volatile.Read(ref _inside);

    /// <summary>Lets a call in until the pass is disposed; false if there are too many, and nothing is done. Throwing would cost as much as serving.</summary>
    public bool TryEnter(out Pass pass)
    {
        int inside = Interlocked.Increment(ref _inside);
        if (inside > Limit)
        {
            Interlocked.Decrement(ref _inside);
            _metrics.Overloaded();
            pass = default;
            return false;
        }

        pass = new Pass(this, inside, _time.GetTimestamp());
        return true;
    }

    /// <inheritdoc cref="TryEnter"/>
    /// <exception cref="CallRefusedException">There are too many. Nothing was done.</exception>
    public Pass Enter() => TryEnter(out Pass pass)
        ? pass
        : throw new CallRefusedException(Refusal.Reason, Refusal.Message) { RetryAfterSeconds = Refusal.RetryAfterSeconds };

    private void Leave(int inside, long entered)
    {
        Interlocked.Decrement(ref _inside);
        lock (_gate)
        {
            _most = Math.Max(_most, inside);
            _answers++;
            _waitedMs += _time.GetElapsedTime(entered).TotalMilliseconds;
            if (_answers >= LeastAnswers && _time.GetElapsedTime(_windowBegan) >= Window)
            {
                Adapt();
            }
        }
    }

    private void Adapt()
    {
        double limit = _limit;
        if (_waitedMs / _answers > _options.TargetMilliseconds)
        {
            limit *= Shrink;
        }
        else if (_most >= limit * ReachedShare)
        {
            limit += Math.Sqrt(limit);
        }

        Volatile.Write(ref _limit, Math.Clamp(limit, _options.LeastCalls, _options.MostCalls));
        (_most, _answers, _waitedMs, _windowBegan) = (0, 0, 0, _time.GetTimestamp());
    }

    /// <summary>A call inside.</summary>
    public readonly struct Pass(CallAdmission admission, int inside, long entered) : IDisposable
    {
        public void Dispose() => admission.Leave(inside, entered);
    }
}
