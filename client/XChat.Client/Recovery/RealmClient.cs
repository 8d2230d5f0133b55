using System.Net.Http.Headers;
using System.Net.Sockets;

using MessagePack;

using XChat.Crypto.Recovery;
using XChat.Protocol.Recovery;

namespace XChat.Client.Recovery;

/// <summary>One realm, as its pinned description says: calls are sealed to its key, and only it can answer.</summary>
internal sealed class RealmClient(HttpClient http, Uri server, RealmDescription realm)
{
    private static readonly MessagePackSerializerOptions Untrusted =
        MessagePackSerializerOptions.Standard.WithSecurity(MessagePackSecurity.UntrustedData);

    public Guid Id => realm.Id;

    public string Name => realm.Name;

    /// <summary>A call without a device.</summary>
    public Task<TResult> CallAsync<TRequest, TResult>(string operation, TRequest request, CancellationToken cancellationToken) =>
        SendAsync<TResult>(
            operation, MessagePackSerializer.Serialize(request, MessagePackSerializerOptions.Standard, cancellationToken), [], cancellationToken);

    /// <summary>A call that a device signs, at a revision of the record.</summary>
    public Task<TResult> CallAsync<TRequest, TResult>(
        string operation, TRequest request, RealmDevice device, long revision, CancellationToken cancellationToken)
    {
        byte[] body = MessagePackSerializer.Serialize(request, MessagePackSerializerOptions.Standard, cancellationToken);
        return SendAsync<TResult>(operation, body, device.Prove(Id, operation, revision, body), cancellationToken);
    }

    private async Task<TResult> SendAsync<TResult>(string operation, byte[] body, byte[] proof, CancellationToken cancellationToken)
    {
        (RealmCall call, byte[] sealedCall) = RealmCall.Seal(realm.PublicKey, operation, body, proof);
        using (call)
        {
            byte[] response = await PostAsync(operation, sealedCall, cancellationToken);
            try
            {
                return call.OpenAnswer(response) is { } answer
                    ? MessagePackSerializer.Deserialize<TResult>(answer, Untrusted, cancellationToken)
                    : throw NotTheRealm(null);
            }
            catch (MessagePackSerializationException wrong)
            {
                throw NotTheRealm(wrong);
            }
        }
    }

    private async Task<byte[]> PostAsync(string operation, byte[] sealedCall, CancellationToken cancellationToken)
    {
        Uri place = realm.Address.StartsWith('/') ? new Uri(server, realm.Address) : new Uri(realm.Address);
        using ByteArrayContent content = new(sealedCall);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        try
        {
            using HttpResponseMessage response = await http.PostAsync(new Uri(place, RealmOperation.PathOf(Id, operation)), content, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return await response.Content.ReadAsByteArrayAsync(cancellationToken);
            }

            throw (int)response.StatusCode == 429
                ? new XChatException(
                    ClientErrorReason.RateLimited,
                    $"{Name} got too many calls from here: try again in {response.Headers.RetryAfter?.Delta?.TotalSeconds ?? 60:0} s.")
                : new XChatException(ClientErrorReason.ServerUnreachable, $"{Name} cannot answer now ({(int)response.StatusCode}): try again later.");
        }
        catch (Exception lost) when (lost is HttpRequestException or SocketException or IOException
            || (lost is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new XChatException(ClientErrorReason.ServerUnreachable, $"{Name} ({place}) cannot be reached: try again later.", lost);
        }
    }

    private XChatException NotTheRealm(Exception? cause) => new(
        ClientErrorReason.Security, $"What answered for {Name} does not have that realm's key. Nothing was given to it.", cause);
}
