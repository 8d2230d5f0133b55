using System.CommandLine;
using System.Net.Sockets;

namespace XChat.Hosting;

/// <summary><c>health --url URL</c>: asks a health endpoint, for containers that have no other program to do it.</summary>
public static class HealthCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>The command. Exit code 0: it answered with success; 1: it did not.</summary>
    public static Command Create()
    {
        Option<Uri> url = new("--url")
        {
            Description = "The endpoint, such as http://127.0.0.1:8081/health/ready.",
            Required = true,
            CustomParser = argument =>
            {
                if (Uri.TryCreate(argument.Tokens[0].Value, UriKind.Absolute, out Uri? given))
                {
                    return given;
                }

                argument.AddError("--url is no address like http://127.0.0.1:8081/health/ready.");
                return null;
            },
        };
        Command command = new("health", "Asks a running process how it is. Exit code: 0 well; 1 not, or no answer.") { url };
        command.SetAction((parsed, cancellationToken) => AskAsync(parsed.GetRequiredValue(url), parsed.InvocationConfiguration, cancellationToken));
        return command;
    }

    private static async Task<int> AskAsync(Uri url, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        using HttpClient http = new() { Timeout = Patience };
        try
        {
            using HttpResponseMessage response = await http.GetAsync(url, cancellationToken);
            await console.Output.WriteLineAsync(await response.Content.ReadAsStringAsync(cancellationToken));
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception problem) when (problem is HttpRequestException or SocketException or OperationCanceledException)
        {
            // A connection that breaks before HttpClient has asked for the address at its other end comes as a bare SocketException.
            await console.Error.WriteLineAsync($"{url} does not answer: {problem.Message}");
            return 1;
        }
    }
}
