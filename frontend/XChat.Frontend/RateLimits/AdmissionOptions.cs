using Microsoft.Extensions.Options;

namespace XChat.Frontend.RateLimits;

/// <summary>
/// How many calls a frontend works on at once, over all clients. Section <c>XChat:Admission</c>. The number is found by itself: it grows while calls are
/// answered in time and shrinks when they are not, so that past capacity newcomers are refused at once instead of everybody waiting.
/// </summary>
public sealed class AdmissionOptions
{
    public const string Section = "XChat:Admission";

    /// <summary>Never fewer at once. Default: 32, which a single slow silo still keeps busy.</summary>
    public int LeastCalls { get; set; } = 32;

    /// <summary>Never more at once. Default: 4000; each holds its request, of 1 KB as a rule and 2 MB at the most.</summary>
    public int MostCalls { get; set; } = 4_000;

    /// <summary>Calls are slow when they take longer than this on average. Default: 500 ms.</summary>
    public int TargetMilliseconds { get; set; } = 500;
}

/// <summary>Reports every problem at once; each message names the key, the value and what would follow.</summary>
internal sealed class AdmissionOptionsValidator : IValidateOptions<AdmissionOptions>
{
    public ValidateOptionsResult Validate(string? name, AdmissionOptions options)
    {
        List<string> problems = [];
        if (options.LeastCalls < 1 || options.LeastCalls > options.MostCalls)
        {
            problems.Add(
                $"{AdmissionOptions.Section}:LeastCalls is {options.LeastCalls}, outside 1 to MostCalls ({options.MostCalls}): nobody would be let in.");
        }

        if (options.MostCalls > 1_000_000)
        {
            problems.Add($"{AdmissionOptions.Section}:MostCalls is {options.MostCalls}, more than 1000000: memory would be unbounded.");
        }

        if (options.TargetMilliseconds is < 10 or > 30_000)
        {
            problems.Add(
                $"{AdmissionOptions.Section}:TargetMilliseconds is {options.TargetMilliseconds}, outside 10 to 30000: every call would be slow, or none.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
