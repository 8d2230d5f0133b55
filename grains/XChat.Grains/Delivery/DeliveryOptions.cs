using System.ComponentModel.DataAnnotations;

using Microsoft.Extensions.Options;

namespace XChat.Grains.Delivery;

/// <summary>How presence remembers where people are. Section <c>XChat:Delivery</c>.</summary>
public sealed class DeliveryOptions
{
    public const string Section = "XChat:Delivery";

    /// <summary>
    /// Default: 30 s. How long a frontend that stopped renewing is still taken for a place where the user is. Frontends renew within ten
    /// seconds, so a shorter lease than that loses people who are there.
    /// </summary>
    public TimeSpan RouteLease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Default: 60 s. How long a conversation is told of changes; active ones ask again after half of it.</summary>
    public TimeSpan WatchLease { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Default: 64. Frontends at which one user is connected at once; further ones hear of that user's entries by reading only.</summary>
    [Range(1, 10_000, ErrorMessage = "XChat:Delivery:RoutesPerUser is outside 1 to 10000: nobody would be reached, or memory not be bounded.")]
    public int RoutesPerUser { get; set; } = 64;

    /// <summary>Default: 10000. Active conversations that are told of one user's changes; further ones ask again every other second.</summary>
    [Range(1, 1_000_000, ErrorMessage = "XChat:Delivery:WatchesPerUser is outside 1 to 1000000: no change would be told, or memory not be bounded.")]
    public int WatchesPerUser { get; set; } = 10_000;

    /// <summary>Default: 32. Conversations that are told of a change at a time.</summary>
    [Range(1, 1_000, ErrorMessage = "XChat:Delivery:TellParallelism is outside 1 to 1000: nobody would be told, or one user flood the cluster.")]
    public int TellParallelism { get; set; } = 32;
}

/// <summary>Reports every number that is out of bounds at once.</summary>
[OptionsValidator]
public sealed partial class DeliveryBounds : IValidateOptions<DeliveryOptions>;

/// <summary>Checks the times, which attributes cannot bound.</summary>
internal sealed class DeliveryTimes : IValidateOptions<DeliveryOptions>
{
    public ValidateOptionsResult Validate(string? name, DeliveryOptions options)
    {
        List<string> problems = [];
        Check("RouteLease", options.RouteLease, "people who are there would be lost between two renewals, or the dead be sought for long");
        Check("WatchLease", options.WatchLease, "conversations would ask without end, or be told of people long after they fell silent");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Check(string key, TimeSpan value, string consequence)
        {
            if (value < TimeSpan.FromSeconds(1) || value > TimeSpan.FromHours(1))
            {
                problems.Add($"XChat:Delivery:{key} is {value}, outside 1 second to 1 hour: {consequence}.");
            }
        }
    }
}
