using System.Net;
using System.Net.Sockets;

namespace XChat.Testing.Processes;

/// <summary>Waits for a server process to say that it can be used.</summary>
public static class Readiness
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(15) };

    /// <summary>Returns when <c>/health/ready</c> of the address answers with success.</summary>
    /// <exception cref="TimeoutException">It did not. The message shows everything the process wrote.</exception>
    public static async Task WaitAsync(Uri address, TestProcess process, CancellationToken cancellationToken)
    {
        try
        {
            await Eventually.HoldsAsync(
                async () => process.HasExited || await IsReadyAsync(address, cancellationToken),
                cancellationToken,
                TestProcess.Patience,
                what: $"{address} is ready");
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}{Environment.NewLine}{process.Transcript()}", late);
        }

        if (process.HasExited)
        {
            throw new InvalidOperationException($"The process at {address} ended.{Environment.NewLine}{process.Transcript()}");
        }
    }

    /// <summary>
    /// Whether it answers that it is ready now. No answer means no; a process that ends between taking the connection and answering even makes
    /// <see cref="HttpClient"/> let a bare <see cref="SocketException"/> out.
    /// </summary>
    public static async Task<bool> IsReadyAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage response = await Http.GetAsync(new Uri(address, "/health/ready"), cancellationToken);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception early) when (early is HttpRequestException or SocketException
            || (early is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
