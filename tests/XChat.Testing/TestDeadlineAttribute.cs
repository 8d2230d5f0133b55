using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using Xunit.v3;

namespace XChat.Testing;

/// <summary>
/// Ends every test that waits for what never comes. At the deadline the test's cancellation token is cancelled and the test fails; one that
/// does not listen to its token ends the whole run a little later, with its name. Every test project has it (tests/Directory.Build.targets).
/// </summary>
/// <remarks>
/// Only a hung test meets it: what a test waits for on purpose has the shorter deadline of <see cref="Eventually"/>. The run as a whole has
/// its own limit, for what is outside a test.
/// </remarks>
/// <example><code>private static CancellationToken Cancelled => TestContext.Current.CancellationToken; // hand it to every wait</code></example>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class TestDeadlineAttribute : BeforeAfterTestAttribute
{
    /// <summary>
    /// How long a test may take: many times what the slowest takes on a busy machine. <c>XCHAT_TEST_DEADLINE</c> has other minutes, for a test that is run by
    /// hand with larger numbers.
    /// </summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(
        int.TryParse(Environment.GetEnvironmentVariable("XCHAT_TEST_DEADLINE"), CultureInfo.InvariantCulture, out int minutes) ? minutes : 8);

    /// <summary>How long a cancelled test may take to end.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Watch> _running = new();

    /// <inheritdoc/>
    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        ArgumentNullException.ThrowIfNull(test);
        _running[test.UniqueID] = new Watch(Xunit.TestContext.Current, test.TestDisplayName);
    }

    /// <inheritdoc/>
    /// <exception cref="TimeoutException">The test was cancelled at its deadline.</exception>
    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        ArgumentNullException.ThrowIfNull(test);
        if (!_running.TryRemove(test.UniqueID, out Watch? watch))
        {
            return;
        }

        watch.Dispose();
        if (watch.Expired)
        {
            throw new TimeoutException($"The test was still waiting after {Deadline.TotalMinutes:0.#} min and was cancelled.");
        }
    }

    private sealed class Watch : IDisposable
    {
        private readonly Xunit.ITestContext _context;
        private readonly string _test;
        private readonly Timer _timer;

        public Watch(Xunit.ITestContext context, string test)
        {
            (_context, _test) = (context, test);
            _timer = new Timer(_ => Expire(), state: null, Deadline, Grace);
        }

        public bool Expired { get; private set; }

        public void Dispose() => _timer.Dispose();

        private void Expire()
        {
            if (Expired)
            {
                Environment.FailFast($"The test {_test} hangs: it does not end although it was cancelled {Grace.TotalSeconds:0} s ago.");
            }

            Expired = true;
            _context.CancelCurrentTest();
        }
    }
}
