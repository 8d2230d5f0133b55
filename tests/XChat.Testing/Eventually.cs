using System.Runtime.CompilerServices;

namespace XChat.Testing;

/// <summary>
/// Waits for a state that another process or grain reaches in its own time. Level-triggered: it looks again and again, so nothing is
/// missed by looking too late, and a test needs no sleep.
/// </summary>
/// <example><code>await Eventually.HoldsAsync(() => inbox.Count == 3, cancellationToken);</code></example>
public static class Eventually
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    /// <summary>How long is waited when a test does not say: ample for a busy machine, and only a failing test waits it out.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>Returns as soon as the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not within the deadline; the message quotes the condition.</exception>
    public static Task HoldsAsync(
        Func<bool> condition,
        CancellationToken cancellationToken,
        TimeSpan? within = null,
        TimeProvider? time = null,
        [CallerArgumentExpression(nameof(condition))] string what = "") =>
        HoldsAsync(() => Task.FromResult(condition()), cancellationToken, within, time, what);

    /// <inheritdoc cref="HoldsAsync(Func{bool}, CancellationToken, TimeSpan?, TimeProvider?, string)"/>
    public static Task HoldsAsync(
        Func<Task<bool>> condition,
        CancellationToken cancellationToken,
        TimeSpan? within = null,
        TimeProvider? time = null,
        [CallerArgumentExpression(nameof(condition))] string what = "") =>
        GetAsync(condition, holds => holds, cancellationToken, within, time, what);

    /// <summary>Returns the first value that is accepted.</summary>
    /// <exception cref="TimeoutException">None was within the deadline; the message quotes the last one.</exception>
    public static async Task<T> GetAsync<T>(
        Func<Task<T>> read,
        Func<T, bool> accept,
        CancellationToken cancellationToken,
        TimeSpan? within = null,
        TimeProvider? time = null,
        [CallerArgumentExpression(nameof(read))] string what = "")
    {
        time ??= TimeProvider.System;
        TimeSpan patience = within ?? Patience;
        long started = time.GetTimestamp();
        TimeSpan pause = FirstPause;
        while (true)
        {
            T value = await read();
            if (accept(value))
            {
                return value;
            }

            if (time.GetElapsedTime(started) > patience)
            {
                throw new TimeoutException($"Not within {patience.TotalSeconds:0.#} s: {what} (last seen: {value}).");
            }

            await Task.Delay(pause, time, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }
}
