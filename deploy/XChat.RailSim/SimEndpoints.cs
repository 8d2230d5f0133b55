using System.Security.Cryptography;
using System.Text;

using Microsoft.AspNetCore.Http.HttpResults;

using XChat.Hosting;

namespace XChat.RailSim;

/// <summary>The rail's API. All of it is for who has the key.</summary>
internal static class SimEndpoints
{
    public static void MapRail(this WebApplication app)
    {
        app.MapServerHealth();
        RouteGroupBuilder endpoints = app.MapGroup("/v1");
        endpoints.AddEndpointFilter(AuthorizeAsync);
        endpoints.MapPost("/payments", OrderAsync);
        endpoints.MapGet("/payments/{id:guid}", FindAsync);
        endpoints.MapPost("/payments/{id:guid}/return", ReturnAsync);
        endpoints.MapGet("/statements/{day}", ReadStatementAsync);
        endpoints.MapPut("/webhook", NameWebhookAsync);
        endpoints.MapPut("/faults", SetFaults);
    }

    private static async ValueTask<object?> AuthorizeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        RailSimOptions options = context.HttpContext.RequestServices.GetRequiredService<RailSimOptions>();
        byte[] presented = SHA256.HashData(Encoding.UTF8.GetBytes(context.HttpContext.Request.Headers.Authorization.ToString()));
        byte[] expected = SHA256.HashData(Encoding.UTF8.GetBytes($"Bearer {options.ApiKey}"));
        return CryptographicOperations.FixedTimeEquals(presented, expected) ? await next(context) : TypedResults.Unauthorized();
    }

    private static async Task<IResult> OrderAsync(
        SimOrder order, SimStore store, RailSimOptions options, FaultSwitch faults, CancellationToken cancellationToken)
    {
        if (faults.Now.Away)
        {
            return TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }

        if (!order.IsReadable())
        {
            return TypedResults.BadRequest("id, kind (deposit, withdrawal), amount (digits), currency and destination are needed.");
        }

        if (order.Destination == "reject")
        {
            return TypedResults.UnprocessableEntity("The rail does not pay there.");
        }

        TimeSpan settleAfter = faults.Now.SettleAfterMs is { } ms ? TimeSpan.FromMilliseconds(ms) : options.SettleAfter;
        (SimPayment payment, bool made) = await store.OrderAsync(order, settleAfter, cancellationToken);
        return !payment.Matches(order) ? TypedResults.Conflict(payment)
            : made ? TypedResults.Created($"/v1/payments/{payment.Id:D}", payment)
            : TypedResults.Ok(payment);
    }

    private static async Task<IResult> FindAsync(Guid id, SimStore store, FaultSwitch faults, CancellationToken cancellationToken) =>
        faults.Now.Away ? TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable)
        : await store.FindAsync(id, cancellationToken) is { } payment ? TypedResults.Ok(payment)
        : TypedResults.NotFound();

    private static async Task<Results<Ok<SimPayment>, Conflict>> ReturnAsync(
        Guid id, long? amount, SimStore store, CancellationToken cancellationToken) =>
        await store.ReturnAsync(id, amount, cancellationToken) is { } payment ? TypedResults.Ok(payment) : TypedResults.Conflict();

    private static async Task<IResult> ReadStatementAsync(DateOnly day, SimStore store, FaultSwitch faults, CancellationToken cancellationToken) =>
        faults.Now.Away
            ? TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable)
            : TypedResults.Ok(await store.ReadStatementAsync(day, cancellationToken));

    private static async Task<IResult> NameWebhookAsync(WebhookAddress address, SimEvents events, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address.Url, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https"))
        {
            return TypedResults.BadRequest("url is no http address.");
        }

        await events.NameAddressAsync(url, cancellationToken);
        return TypedResults.NoContent();
    }

    private static IResult SetFaults(SimFaults wanted, FaultSwitch faults)
    {
        if (!wanted.IsReadable())
        {
            return TypedResults.BadRequest("A number is out of its range.");
        }

        faults.Now = wanted;
        return TypedResults.NoContent();
    }

    /// <summary>Where webhooks go.</summary>
    internal sealed record WebhookAddress(string? Url);
}
