using Microsoft.Extensions.Options;

namespace XChat.Hosting;

/// <summary>How a process ends when it is asked to. Section <c>XChat:Drain</c>.</summary>
public sealed class DrainOptions
{
    public const string Section = "XChat:Drain";

    /// <summary>
    /// Seconds between "not ready" and the first goodbye, in which whatever balances the load notices. Default: 0, for a server without a balancer;
    /// behind one, a little more than it takes to fail its probes.
    /// </summary>
    public int NoticeSeconds { get; set; }

    /// <summary>Seconds over which a frontend's clients are asked to go elsewhere, each at a random moment. Default: 5.</summary>
    public int SpreadSeconds { get; set; } = 5;
}

/// <summary>Reports every problem at once; each message names the key, the value and what would follow.</summary>
internal sealed class DrainOptionsValidator : IValidateOptions<DrainOptions>
{
    private const int Most = 300;

    public ValidateOptionsResult Validate(string? name, DrainOptions options)
    {
        List<string> problems = [];
        Check(nameof(options.NoticeSeconds), options.NoticeSeconds, problems);
        Check(nameof(options.SpreadSeconds), options.SpreadSeconds, problems);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void Check(string key, int value, List<string> problems)
    {
        if (value is < 0 or > Most)
        {
            problems.Add($"{DrainOptions.Section}:{key} is {value}, outside 0 to {Most}: whoever supervises the process would kill it before it is done.");
        }
    }
}
