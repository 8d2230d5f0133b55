using Microsoft.Extensions.Options;

namespace XChat.Hosting;

/// <summary>What operators get to see of a process. Section <c>XChat:Operations</c>.</summary>
public sealed class OperationsOptions
{
    public const string Section = "XChat:Operations";

    /// <summary>
    /// An http:// address of its own for what is not for clients: <c>/metrics</c>. Default: none, and then nothing of it is served. It has no
    /// authentication: keep it on loopback or a network of the operators.
    /// </summary>
    public string Url { get; set; } = string.Empty;

    /// <summary>
    /// The share of requests that are traced, from 0 to 1, where traces are sent anywhere (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>). Default: 0.01.
    /// </summary>
    public double TraceShare { get; set; } = 0.01;
}

/// <summary>Reports every problem at once; each message names the key, the value and what would follow.</summary>
internal sealed class OperationsOptionsValidator : IValidateOptions<OperationsOptions>
{
    public ValidateOptionsResult Validate(string? name, OperationsOptions options)
    {
        List<string> problems = [];
        if (options.Url.Length > 0 && OperationsUrl.PortOf(options.Url) is null)
        {
            problems.Add($"{OperationsOptions.Section}:Url is \"{options.Url}\", not an address like http://127.0.0.1:9464: metrics would have no place.");
        }

        if (options.TraceShare is not (>= 0 and <= 1))
        {
            problems.Add($"{OperationsOptions.Section}:TraceShare is {options.TraceShare}, outside 0 to 1: it is a share of all requests.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
