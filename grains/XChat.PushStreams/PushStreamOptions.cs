using System.ComponentModel.DataAnnotations;

using Microsoft.Extensions.Options;

namespace XChat.PushStreams;

/// <summary>Bounds of a push stream provider. The defaults hold a publisher to 16 MiB for each stream, and a subscriber to 32 MiB.</summary>
public sealed class PushStreamOptions
{
    /// <summary>
    /// Default: 30 s. How long a subscriber that stopped renewing is still found. It renews three times in that time, so a shorter lease finds
    /// the dead sooner and costs more calls.
    /// </summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Default: 1 s. How long publishers of this process take it as known that a stream has no subscriber; until then each attempt is refused
    /// without a call.
    /// </summary>
    public TimeSpan NoSubscriberMemory { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Default: 8192. Items that wait in one process for one stream; one more, and all of them become a gap.</summary>
    [Range(1, 10_000_000, ErrorMessage = "PushStreams:QueueItems is outside 1 to 10000000: nothing would be pushed, or memory run out.")]
    public int QueueItems { get; set; } = 8192;

    /// <summary>Default: 16 MiB of items that wait in one process for one stream.</summary>
    [Range(1024, 1L << 34, ErrorMessage = "PushStreams:QueueBytes is outside 1 KiB to 16 GiB: nothing would be pushed, or memory run out.")]
    public long QueueBytes { get; set; } = 16 << 20;

    /// <summary>Default: 1024. Most items in one call to the subscriber.</summary>
    [Range(1, 100_000, ErrorMessage = "PushStreams:BatchItems is outside 1 to 100000: a call would carry nothing, or too much.")]
    public int BatchItems { get; set; } = 1024;

    /// <summary>Default: 1 MiB. Bytes after which a call takes no further item; a larger item goes alone.</summary>
    [Range(1024, 1 << 26, ErrorMessage = "PushStreams:BatchBytes is outside 1 KiB to 64 MiB: a call would carry one item each, or be refused.")]
    public long BatchBytes { get; set; } = 1 << 20;

    /// <summary>Default: 16384. Items that wait for one subscription's observer; one more, and all of them become a gap.</summary>
    [Range(1, 10_000_000, ErrorMessage = "PushStreams:InboxItems is outside 1 to 10000000: nothing would be delivered, or memory run out.")]
    public int InboxItems { get; set; } = 16_384;

    /// <summary>Default: 32 MiB of items that wait for one subscription's observer.</summary>
    [Range(1024, 1L << 34, ErrorMessage = "PushStreams:InboxBytes is outside 1 KiB to 16 GiB: nothing would be delivered, or memory run out.")]
    public long InboxBytes { get; set; } = 32 << 20;

    /// <summary>Default: 4. Observers that this process's subscriptions share; calls to one run one after another, so more use more cores.</summary>
    [Range(1, 256, ErrorMessage = "PushStreams:Receivers is outside 1 to 256: nobody would be there to call, or for nothing.")]
    public int Receivers { get; set; } = 4;
}

/// <summary>Reports every problem at once.</summary>
[OptionsValidator]
internal sealed partial class PushStreamBounds : IValidateOptions<PushStreamOptions>;

/// <summary>Checks the times, which attributes cannot bound.</summary>
internal sealed class PushStreamTimes : IValidateOptions<PushStreamOptions>
{
    public ValidateOptionsResult Validate(string? name, PushStreamOptions options)
    {
        List<string> problems = [];
        Check("Lease", options.Lease, TimeSpan.FromMilliseconds(100), "a subscriber would be lost between two renewals, or found long after its death");
        Check("NoSubscriberMemory", options.NoSubscriberMemory, TimeSpan.Zero, "a subscriber would stay unseen");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Check(string key, TimeSpan value, TimeSpan least, string consequence)
        {
            if (value < least || value > TimeSpan.FromHours(1))
            {
                problems.Add($"PushStreams:{key} is {value}, outside {least} to 1 hour: {consequence}.");
            }
        }
    }
}
