using Microsoft.AspNetCore.Http.Features;

using XChat.Frontend.Errors;
using XChat.Frontend.RateLimits;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol;

namespace XChat.Frontend.Wallets;

/// <summary>
/// Where rails say what they have done. Open to everybody, because rails have no session: what counts is their signature, which the silos verify over
/// the bytes as they came. The frontend holds none of their secrets.
/// </summary>
internal static class RailEndpoints
{
    private const int LongestHeader = 4 * 1024;

    /// <summary>The headers that rails sign in; no other gets any further.</summary>
    private static readonly string[] Signed = ["webhook-id", "webhook-timestamp", "webhook-signature", "stripe-signature"];

    public static void MapRailWebhooks(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost(Routes.Rails + "{rail}" + Routes.RailWebhooks, ReceiveAsync);

    private static async Task<IResult> ReceiveAsync(string rail, HttpContext context, IClusterClient cluster, AddressLimits limits)
    {
        limits.TakeWebhook(context);
        if (rail.Length > Limits.RailNameLength)
        {
            throw NoSuchRail();
        }

        ReceiveWebhook request = new(rail, HeadersOf(context.Request), await ReadBodyAsync(context));
        WebhookReceived received = await cluster.RailDirectory().Receive(request);
        return received.Status switch
        {
            WebhookStatus.Taken => TypedResults.NoContent(),
            WebhookStatus.RailUnknown => throw NoSuchRail(),
            WebhookStatus.Malformed => throw new CallRefusedException(
                ErrorReason.InvalidArgument, $"{nameof(WebhookStatus.Malformed)}: a header is missing, or the body is none that this rail sends."),
            WebhookStatus.Stale => throw new CallRefusedException(
                ErrorReason.Unauthenticated, $"{nameof(WebhookStatus.Stale)}: it was signed too long ago, or in the future. Sign each delivery anew."),
            _ => throw new CallRefusedException(
                ErrorReason.Unauthenticated, $"{nameof(WebhookStatus.SignatureInvalid)}: no secret that counts has signed this id, timestamp and body."),
        };
    }

    private static CallRefusedException NoSuchRail() => new(ErrorReason.NotFound, "There is no such rail.");

    private static List<WebhookHeader> HeadersOf(HttpRequest request) =>
    [
        .. Signed
            .Select(name => new WebhookHeader(name, request.Headers[name].ToString()))
            .Where(header => header.Value.Length is > 0 and <= LongestHeader),
    ];

    /// <summary>The body byte for byte: it is what was signed.</summary>
    private static async Task<byte[]> ReadBodyAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = Limits.WebhookBytes;
        }

        try
        {
            using MemoryStream body = new();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            return body.ToArray();
        }
        catch (BadHttpRequestException problem) when (problem.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw new CallRefusedException(ErrorReason.InvalidArgument, $"The body is too large: send at most {Limits.WebhookBytes} bytes.");
        }
        catch (BadHttpRequestException)
        {
            throw new CallRefusedException(ErrorReason.InvalidArgument, "The body ended early or was sent too slowly.");
        }
    }
}
