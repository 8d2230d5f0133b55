using System.Net;
using Microsoft.Extensions.Options;
using Npgsql;

namespace XChat.Silo;

/// <summary>Reports every problem at once; each message names the key, the value and what would follow.</summary>
internal sealed class SiloOptionsValidator : IValidateOptions<SiloOptions>
{
    public ValidateOptionsResult Validate(string? name, SiloOptions options)
    {
        List<string> problems = [];
        CheckPostgres(options.Postgres, problems);
        CheckName(nameof(options.ClusterId), options.ClusterId, problems);
        CheckName(nameof(options.ServiceId), options.ServiceId, problems);
        CheckPort(nameof(options.SiloPort), options.SiloPort, problems);
        CheckPort(nameof(options.GatewayPort), options.GatewayPort, problems);
        if (options.SiloPort == options.GatewayPort)
        {
            problems.Add($"XChat:SiloPort and XChat:GatewayPort are both {options.SiloPort}: the silo could open only one of them.");
        }

        if (!IPAddress.TryParse(options.SiloAddress, out IPAddress? address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
        {
            problems.Add($"XChat:SiloAddress is \"{options.SiloAddress}\", not the IP address of this machine: no other silo could reach it.");
        }

        if (!Uri.TryCreate(options.HttpUrl, UriKind.Absolute, out Uri? url) || url.Scheme != Uri.UriSchemeHttp)
        {
            problems.Add($"XChat:HttpUrl is \"{options.HttpUrl}\", not an http:// address: the health endpoints would have no place.");
        }

        if (options.MaxDatabaseConnections is < 5 or > 10_000)
        {
            problems.Add($"XChat:MaxDatabaseConnections is {options.MaxDatabaseConnections}, outside 5 to 10000: commits would wait for each other.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void CheckPostgres(string connection, List<string> problems)
    {
        if (string.IsNullOrWhiteSpace(connection))
        {
            problems.Add("XChat:Postgres is empty: without a database nothing can be kept. Give --postgres or XCHAT_POSTGRES.");
            return;
        }

        try
        {
            if (string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(connection).Host))
            {
                problems.Add("XChat:Postgres names no Host: there is no server to connect to.");
            }
        }
        catch (ArgumentException problem)
        {
            // The value is not repeated: it holds the password.
            problems.Add($"XChat:Postgres is not a connection string (Host=...;Database=...;Username=...;Password=...): {problem.Message}");
        }
    }

    private static void CheckName(string key, string value, List<string> problems)
    {
        if (string.IsNullOrWhiteSpace(value) || value.Length > 150)
        {
            problems.Add($"XChat:{key} is \"{value}\", not 1 to 150 characters: the silo could not be told from those of another cluster.");
        }
    }

    private static void CheckPort(string key, int value, List<string> problems)
    {
        if (value is < 1 or > 65535)
        {
            problems.Add($"XChat:{key} is {value}, not a port from 1 to 65535: the silo could not be reached.");
        }
    }
}
