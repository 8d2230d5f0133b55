using Microsoft.AspNetCore.Http.Features;

using XChat.Crypto.Recovery;
using XChat.Frontend.Errors;
using XChat.Frontend.RateLimits;
using XChat.Protocol;

namespace XChat.Frontend.Recovery;

/// <summary>
/// The edge of the realms that this process runs. A call is opened with the realm's key, parsed once, and handed to the record's grain; whatever the
/// grain says comes back sealed and in one size.
/// </summary>
internal static class RealmEndpoints
{
    public static void MapRealms(this IEndpointRouteBuilder endpoints) => endpoints.MapPost("/v1/realms/{realm}/{operation}", CallAsync);

    private static async Task<IResult> CallAsync(
        string realm, string operation, HttpContext context, IClusterClient cluster, RealmKeyring realms, AddressLimits limits)
    {
        if (!Guid.TryParseExact(realm, "N", out Guid id) || realms.Of(id) is not { } keys || RealmRequests.Find(operation) is not { } answer)
        {
            throw new CallRefusedException(ErrorReason.NotFound, "This server runs no such realm, or the realm knows no such operation.");
        }

        // A call of a device is the larger one; which of the two it is shows before it is opened.
        byte[] request = await ReadAsync(context);
        if (request.Length > RealmCall.SmallSize * 2)
        {
            limits.TakeRealmCall(context);
        }
        else
        {
            limits.TakeRecovery(context);
        }

        using RealmCall call = keys.Open(operation, request)
            ?? throw new CallRefusedException(
                ErrorReason.InvalidArgument, "The body is no call that was sealed for this realm and operation: check the realm's key.");
        return TypedResults.Bytes(call.SealAnswer(await answer(cluster, id, call)), "application/octet-stream");
    }

    private static async Task<byte[]> ReadAsync(HttpContext context)
    {
        int most = RealmCall.MaxRequestBytes;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = most;
        }

        try
        {
            using MemoryStream body = new();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            return body.ToArray();
        }
        catch (BadHttpRequestException problem) when (problem.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw new CallRefusedException(ErrorReason.InvalidArgument, $"The body is too large: send at most {most} bytes.");
        }
        catch (BadHttpRequestException)
        {
            throw new CallRefusedException(ErrorReason.InvalidArgument, "The body ended early or was sent too slowly.");
        }
    }
}
