using System.Text.Json;

using Microsoft.AspNetCore.Http.Features;

using XChat.Frontend.Errors;
using XChat.Protocol;

namespace XChat.Frontend.Requests;

/// <summary>Reads JSON bodies; what is wrong with one is told by field, never by the words of the parser.</summary>
internal static class RequestBody
{
    public static async Task<T> ReadAsync<T>(HttpContext context, int most)
        where T : class
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = most;
        }

        if (!context.Request.HasJsonContentType())
        {
            throw new CallRefusedException(ErrorReason.InvalidArgument, "The body is not JSON: send the content type application/json.");
        }

        try
        {
            return await context.Request.ReadFromJsonAsync<T>(context.RequestAborted)
                ?? throw new CallRefusedException(ErrorReason.InvalidArgument, "The body is null: send an object.");
        }
        catch (JsonException problem)
        {
            string field = (problem.Path ?? "$").TrimStart('$').TrimStart('.');
            throw field.Length is 0 or > 100
                ? new CallRefusedException(ErrorReason.InvalidArgument, "The body is not a JSON object.")
                : new CallRefusedException(ErrorReason.InvalidArgument, $"The field {field} is not of its type.") { Field = field };
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
