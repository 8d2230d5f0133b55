using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace XChat.Admin.Doctor;

/// <summary>The certificate that clients see, whoever holds it: a proxy, an ingress.</summary>
internal static class CertificateChecks
{
    private const string Check = "certificate";
    private const string Renew = "Renew it where TLS ends (the proxy or ingress), and see why that was not done by itself.";
    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task<IReadOnlyList<Finding>> RunAsync(Patient patient, CancellationToken cancellationToken)
    {
        if (patient.Address is not { } address)
        {
            return [Finding.Advice(Check, "Not looked at.", "Name the address that clients use: --url https://chat.example.org")];
        }

        if (address.Scheme != Uri.UriSchemeHttps)
        {
            return address.IsLoopback
                ? [Finding.Fine(Check, "None, and none is needed on loopback.")]
                : [Finding.Problem(
                    Check, $"{address} is not encrypted: whoever is on the way sees who talks with whom and can take over sessions.",
                    "Put a reverse proxy with a certificate in front.")];
        }

        try
        {
            return [await LookAsync(address, patient.Time, cancellationToken)];
        }
        catch (Exception problem) when (problem is SocketException or IOException or AuthenticationException
            || (problem is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return [Finding.Problem(Check, $"{address} does not answer with TLS: {problem.Message}", "See that the proxy runs and that the name leads to it.")];
        }
    }

    private static async Task<Finding> LookAsync(Uri address, TimeProvider time, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        SslPolicyErrors errors = SslPolicyErrors.None;
        X509Certificate2? seen = null;
        using TcpClient connection = new();
        await connection.ConnectAsync(address.Host, address.Port, patience.Token);
        await using SslStream tls = new(connection.GetStream(), leaveInnerStreamOpen: false, (_, shown, _, found) =>
        {
            (errors, seen) = (found, shown is null ? null : X509CertificateLoader.LoadCertificate(shown.GetRawCertData()));
            return found == SslPolicyErrors.None;
        });
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = address.Host }, patience.Token);
        }
        catch (AuthenticationException) when (seen is not null)
        {
            // It is refused as by any client; what it is like is known all the same.
        }

        return Judge(address, seen!, errors, time);
    }

    private static Finding Judge(Uri address, X509Certificate2 certificate, SslPolicyErrors errors, TimeProvider time)
    {
        using X509Certificate2 owned = certificate;
        TimeSpan left = certificate.NotAfter.ToUniversalTime() - time.GetUtcNow().UtcDateTime;
        return left <= TimeSpan.Zero ? Finding.Problem(Check, $"It ended on {certificate.NotAfter:yyyy-MM-dd}: no client connects.", Renew)
            : left <= Soon ? Finding.Problem(Check, $"It ends in {left.TotalDays:0} days, on {certificate.NotAfter:yyyy-MM-dd}.", Renew)
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? Finding.Problem(
                Check, $"It is not for {address.Host}, but for {certificate.GetNameInfo(X509NameType.DnsName, forIssuer: false)}.",
                "Get one for the name that clients use.")
            : errors != SslPolicyErrors.None ? Finding.Problem(
                Check, $"It is not trusted: {errors}.", "Serve the whole chain, of an authority that devices know.")
            : Finding.Fine(Check, $"Good until {certificate.NotAfter:yyyy-MM-dd}.");
    }
}
