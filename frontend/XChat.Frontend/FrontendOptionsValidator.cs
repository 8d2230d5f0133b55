using Microsoft.Extensions.Options;

using XChat.Frontend.Recovery;

namespace XChat.Frontend;

/// <summary>Reports every problem at once; each message names the key, the value and what would follow.</summary>
internal sealed class FrontendOptionsValidator : IValidateOptions<FrontendOptions>
{
    public ValidateOptionsResult Validate(string? name, FrontendOptions options)
    {
        List<string> problems = [];
        if (string.IsNullOrWhiteSpace(options.Postgres))
        {
            problems.Add("XChat:Postgres is empty: the frontend could not find a silo. Give --postgres or XCHAT_POSTGRES.");
        }

        CheckName(nameof(options.ClusterId), options.ClusterId, problems);
        CheckName(nameof(options.ServiceId), options.ServiceId, problems);
        if (options.MaxConnections is < 10 or > 1_000_000)
        {
            problems.Add($"XChat:MaxConnections is {options.MaxConnections}, outside 10 to 1000000: nobody could connect, or nothing would be bounded.");
        }

        if (TrustedProxies.Parse(options.TrustedProxies) is null)
        {
            problems.Add(
                $"XChat:TrustedProxies is \"{options.TrustedProxies}\", not addresses and networks like 10.0.0.0/8, 127.0.0.1: clients behind a proxy would "
                + "share one address and its limits.");
        }

        if (options.RealmConfigurationFile.Length > 0 && ServedRealms.Read(options.RealmConfigurationFile) is null)
        {
            problems.Add(
                $"XChat:RealmConfigurationFile is \"{options.RealmConfigurationFile}\", not a file with a signed realm configuration: clients would refuse it, "
                + "and nobody could set a PIN. Make one with xchat-realm configure.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void CheckName(string key, string value, List<string> problems)
    {
        if (string.IsNullOrWhiteSpace(value) || value.Length > 150)
        {
            problems.Add($"XChat:{key} is \"{value}\", not 1 to 150 characters: no silo has that name.");
        }
    }
}
