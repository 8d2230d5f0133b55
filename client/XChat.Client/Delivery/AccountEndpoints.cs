using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

using XChat.Client.Accounts;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.Transparency;

namespace XChat.Client.Delivery;

/// <summary>The frontend's HTTP endpoints: what is needed before there is a session, or without one.</summary>
internal sealed class AccountEndpoints(Uri server) : ILinkMailbox, IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly HttpClient _http = new() { BaseAddress = server, Timeout = TimeSpan.FromSeconds(30) };

    public void Dispose() => _http.Dispose();

    public Task<ServerInfo> DescribeServerAsync(CancellationToken cancellationToken) =>
        SendAsync<ServerInfo>(new HttpRequestMessage(HttpMethod.Get, Routes.Server), cancellationToken);

    public Task<RegisterResult> RegisterAsync(RegisterRequest request, CancellationToken cancellationToken) =>
        PostAsync<RegisterResult>(Routes.Accounts, request, cancellationToken);

    /// <summary>An account by handle, for a device that has no session.</summary>
    public Task<FindAccountResult> FindAccountAsync(string handle, CancellationToken cancellationToken) =>
        SendAsync<FindAccountResult>(new HttpRequestMessage(HttpMethod.Get, Routes.AccountByHandle + Uri.EscapeDataString(handle)), cancellationToken);

    /// <summary>Certifies a recovered device.</summary>
    public Task<PublishDeviceListResult> PublishRecoveredListAsync(PublishRecoveredListRequest request, CancellationToken cancellationToken) =>
        PostAsync<PublishDeviceListResult>(Routes.DeviceLists, request, cancellationToken);

    public Task<ChallengeResult> ChallengeAsync(ChallengeRequest request, CancellationToken cancellationToken) =>
        PostAsync<ChallengeResult>(Routes.Challenges, request, cancellationToken);

    public Task<SignInResult> SignInAsync(SignInRequest request, CancellationToken cancellationToken) =>
        PostAsync<SignInResult>(Routes.Sessions, request, cancellationToken);

    /// <inheritdoc/>
    public async Task<LinkMailboxStatus> PutAsync(Guid mailbox, int step, byte[] content, CancellationToken cancellationToken)
    {
        HttpRequestMessage request = new(HttpMethod.Put, $"{Routes.Links}/{mailbox:D}/{step}")
        {
            Content = JsonContent.Create(new PutLinkMessageRequest(content), options: Json),
        };
        return (await SendAsync<PutLinkMessageResult>(request, cancellationToken)).Status;
    }

    /// <inheritdoc/>
    public Task<GetLinkMessageResult> GetAsync(Guid mailbox, int step, CancellationToken cancellationToken) =>
        SendAsync<GetLinkMessageResult>(new HttpRequestMessage(HttpMethod.Get, $"{Routes.Links}/{mailbox:D}/{step}"), cancellationToken);

    public Task<LogHeadView> LogHeadAsync(long from, CancellationToken cancellationToken) =>
        SendAsync<LogHeadView>(new HttpRequestMessage(HttpMethod.Get, $"{Routes.LogHead}?from={from}"), cancellationToken);

    public Task<LogPage> LogPageAsync(long from, CancellationToken cancellationToken) =>
        SendAsync<LogPage>(new HttpRequestMessage(HttpMethod.Get, $"{Routes.Log}?from={from}"), cancellationToken);

    public Task<GetLogKeysResult> LogKeysAsync(CancellationToken cancellationToken) =>
        SendAsync<GetLogKeysResult>(new HttpRequestMessage(HttpMethod.Get, Routes.LogKeys), cancellationToken);

    /// <summary>Ends a session at once instead of at its expiry.</summary>
    public async Task EndSessionAsync(string token, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Delete, Routes.Sessions);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage response = await TrySendAsync(request, cancellationToken);
    }

    private Task<T> PostAsync<T>(string path, object request, CancellationToken cancellationToken) => SendAsync<T>(
        new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(request, request.GetType(), options: Json) }, cancellationToken);

    private async Task<T> SendAsync<T>(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using (request)
        {
            using HttpResponseMessage response = await TrySendAsync(request, cancellationToken);
            try
            {
                if (response.IsSuccessStatusCode)
                {
                    return await response.Content.ReadFromJsonAsync<T>(Json, cancellationToken)
                        ?? throw new JsonException("The answer is empty.");
                }

                throw await ExplainAsync(response, cancellationToken);
            }
            catch (Exception wrong) when (wrong is JsonException or NotSupportedException)
            {
                if (response.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout)
                {
                    // Said by what stands in front of the server, in words of its own.
                    throw CannotAnswer(response, wrong);
                }

                throw new XChatException(
                    ClientErrorReason.ProtocolMismatch, $"{server} does not answer as an XChat server ({(int)response.StatusCode}): check the address.", wrong);
            }
        }
    }

    private async Task<HttpResponseMessage> TrySendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.SendAsync(request, cancellationToken);
        }
        catch (Exception lost) when (lost is HttpRequestException or SocketException or IOException
            || (lost is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new XChatException(
                ClientErrorReason.ServerUnreachable, $"{server} cannot be reached: check the address and that the server runs.", lost);
        }
    }

    private async Task<XChatException> ExplainAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        JsonElement problem = await response.Content.ReadFromJsonAsync<JsonElement>(Json, cancellationToken);
        string reason = Member(problem, "reason");
        string text = Member(problem, "detail") is { Length: > 0 } detail ? detail : Member(problem, "title");
        return reason switch
        {
            ErrorReason.RateLimited => new XChatException(ClientErrorReason.RateLimited, text),
            ErrorReason.Unauthenticated => new XChatException(ClientErrorReason.SignInRefused, text),
            ErrorReason.InvalidArgument => new XChatException(ClientErrorReason.InvalidInput, text),
            ErrorReason.NotFound => new XChatException(
                ClientErrorReason.ProtocolMismatch, $"{server} is not an XChat server of this version: check the address."),
            _ when response.StatusCode >= HttpStatusCode.InternalServerError || reason is ErrorReason.Unavailable or ErrorReason.Internal =>
                CannotAnswer(response, cause: null),
            _ => new XChatException(ClientErrorReason.ProtocolMismatch, $"The server answered {(int)response.StatusCode}: {text}"),
        };
    }

    private static XChatException CannotAnswer(HttpResponseMessage response, Exception? cause) =>
        new(ClientErrorReason.ServerUnreachable, $"The server cannot answer now ({(int)response.StatusCode}); try again.", cause);

    private static string Member(JsonElement problem, string name) =>
        problem.ValueKind == JsonValueKind.Object && problem.TryGetProperty(name, out JsonElement value) ? value.ToString() : string.Empty;
}
