using System.Diagnostics;

namespace XChat.Grains.GroupCommit;

/// <summary>
/// The transaction of a batch in traces. It belongs to many requests at once: it is a part of the first traced one, and linked to the others, so that each
/// of them leads to it.
/// </summary>
internal static class CommitTrace
{
    public const string SourceName = "XChat.Commits";

    // The links of one activity; more say nothing new about it.
    private const int MostLinks = 128;

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>The request on whose behalf this is called, when it is traced.</summary>
    public static ActivityContext? Request => Activity.Current is { Recorded: true } activity ? activity.Context : null;

    /// <summary>Begins the activity of a batch; null when none of its requests is traced.</summary>
    public static Activity? Begin(string lane, IEnumerable<ActivityContext?> requests)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        ActivityContext[] traced = [.. requests.OfType<ActivityContext>().DistinctBy(request => request.SpanId).Take(MostLinks + 1)];
        return traced.Length == 0
            ? null
            : Source.StartActivity(
                $"commit {lane}", ActivityKind.Internal, traced[0], links: traced.Skip(1).Select(request => new ActivityLink(request)));
    }
}
