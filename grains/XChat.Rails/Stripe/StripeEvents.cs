using System.Text.Json;

using Stripe;

namespace XChat.Rails.Stripe;

/// <summary>
/// What of Stripe's events matters here: which object of theirs has news. Their content is of whatever API version the endpoint was made with and comes in
/// any order, so the object itself is asked for.
/// </summary>
internal static class StripeEvents
{
    /// <summary>Reads a verified event: the object to ask for, and its kind; null for one that says nothing of a payment.</summary>
    /// <exception cref="JsonException">It is no event.</exception>
    public static (StripeObject Kind, string Id)? Read(ReadOnlyMemory<byte> body)
    {
        using JsonDocument json = JsonDocument.Parse(body);
        if (Text(json.RootElement, "type") is not { } type
            || !json.RootElement.TryGetProperty("data", out JsonElement data) || data.ValueKind != JsonValueKind.Object
            || !data.TryGetProperty("object", out JsonElement one))
        {
            throw new JsonException("An event of Stripe's has a type and an object.");
        }

        (StripeObject kind, string? id) = type switch
        {
            EventTypes.CheckoutSessionCompleted or EventTypes.CheckoutSessionExpired or EventTypes.CheckoutSessionAsyncPaymentSucceeded
                or EventTypes.CheckoutSessionAsyncPaymentFailed => (StripeObject.Session, Text(one, "id")),
            EventTypes.ChargeRefunded or EventTypes.ChargeDisputeFundsWithdrawn => (StripeObject.Intent, Text(one, "payment_intent")),
            EventTypes.TransferCreated or EventTypes.TransferReversed => (StripeObject.Transfer, Text(one, "id")),
            _ => (StripeObject.None, null),
        };
        return id is { Length: > 0 } ? (kind, id) : null;
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}

/// <summary>Which object of Stripe's.</summary>
internal enum StripeObject
{
    None,
    Session,
    Intent,
    Transfer,
}
