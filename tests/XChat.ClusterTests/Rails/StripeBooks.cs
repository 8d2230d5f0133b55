using System.Globalization;
using System.Text.Json.Nodes;

namespace XChat.ClusterTests.Rails;

/// <summary>The objects that the stub of Stripe keeps, as Stripe's API shows them. Not synchronised.</summary>
internal sealed class StripeBooks
{
    private readonly Dictionary<string, JsonObject> _objects = [];

    public JsonObject Get(string id) => _objects[id];

    public JsonObject? Find(string id) => _objects.GetValueOrDefault(id);

    /// <summary>All of a kind, the oldest first.</summary>
    public IReadOnlyList<JsonObject> All(string kind) => [.. _objects.Values.Where(one => one["object"]!.GetValue<string>() == kind)];

    public JsonObject CreateSession(long amount, string currency, string payment, long now)
    {
        JsonObject session = New("cs_test_", "checkout.session", amount, currency, now);
        session["amount_total"] = amount;
        session["status"] = "open";
        session["payment_status"] = "unpaid";
        session["url"] = "https://checkout.stripe.com/c/pay/" + Id(session);
        session["payment_intent"] = null;
        session["metadata"] = new JsonObject { ["xchat_payment"] = payment };
        return session;
    }

    public JsonObject CreateTransfer(long amount, string currency, string destination, string payment, long now)
    {
        JsonObject transfer = New("tr_", "transfer", amount, currency, now);
        transfer["amount_reversed"] = 0L;
        transfer["destination"] = destination;
        transfer["metadata"] = new JsonObject { ["xchat_payment"] = payment };
        Book("transfer", -amount, currency, Id(transfer), now);
        return transfer;
    }

    public void Pay(string id, bool slowly, long now)
    {
        JsonObject session = _objects[id];
        (long amount, string currency) = (session["amount_total"]!.GetValue<long>(), session["currency"]!.GetValue<string>());
        JsonObject intent = New("pi_", "payment_intent", amount, currency, now);
        intent["status"] = slowly ? "processing" : "succeeded";
        intent["metadata"] = session["metadata"]!.DeepClone();
        session["status"] = "complete";
        session["url"] = null;
        session["payment_intent"] = Id(intent);
        if (!slowly)
        {
            JsonObject charge = New("ch_", "charge", amount, currency, now);
            charge["amount_refunded"] = 0L;
            charge["disputed"] = false;
            charge["payment_intent"] = Id(intent);
            charge["metadata"] = session["metadata"]!.DeepClone();
            intent["latest_charge"] = Id(charge);
            session["payment_status"] = "paid";
            Book("charge", amount, currency, Id(charge), now);
        }
    }

    public void Bounce(string id)
    {
        JsonObject intent = _objects[_objects[id]["payment_intent"]!.GetValue<string>()];
        intent["status"] = "requires_payment_method";
        intent["last_payment_error"] = new JsonObject { ["type"] = "card_error", ["code"] = "insufficient_funds" };
    }

    public void Return(string id, long amount, long now)
    {
        JsonObject one = _objects[id];
        string currency = one["currency"]!.GetValue<string>();
        if (one["object"]!.GetValue<string>() == "transfer")
        {
            one["amount_reversed"] = one["amount_reversed"]!.GetValue<long>() + amount;
            JsonObject reversal = New("trr_", "transfer_reversal", amount, currency, now);
            reversal["transfer"] = id;
            Book("transfer_refund", amount, currency, Id(reversal), now);
            return;
        }

        JsonObject charge = ChargeOf(one);
        charge["amount_refunded"] = charge["amount_refunded"]!.GetValue<long>() + amount;
        JsonObject refund = New("re_", "refund", amount, currency, now);
        refund["charge"] = Id(charge);
        refund["payment_intent"] = charge["payment_intent"]!.GetValue<string>();
        Book("refund", -amount, currency, Id(refund), now);
    }

    public string Dispute(string session, long now)
    {
        JsonObject charge = ChargeOf(_objects[session]);
        (long amount, string currency) = (charge["amount"]!.GetValue<long>(), charge["currency"]!.GetValue<string>());
        charge["disputed"] = true;
        JsonObject dispute = New("du_", "dispute", amount, currency, now);
        dispute["payment_intent"] = charge["payment_intent"]!.GetValue<string>();
        dispute["balance_transactions"] = new JsonArray(Book("adjustment", -amount, currency, Id(dispute), now).DeepClone());
        return Id(dispute);
    }

    public void Reinstate(string id, long now)
    {
        JsonObject dispute = _objects[id];
        long amount = dispute["amount"]!.GetValue<long>();
        dispute["balance_transactions"]!.AsArray().Add(
            Book("adjustment", amount, dispute["currency"]!.GetValue<string>(), id, now).DeepClone());
    }

    public JsonObject Book(string type, long amount, string currency, string? source, long now)
    {
        JsonObject movement = New("txn_", "balance_transaction", amount, currency, now);
        movement["type"] = type;
        movement["fee"] = 30L;
        movement["source"] = source;
        return movement;
    }

    /// <summary>With the objects that the adapter has asked to see in full.</summary>
    public JsonObject Expanded(JsonObject one)
    {
        JsonObject copy = one.DeepClone().AsObject();
        foreach (string name in (string[])["payment_intent", "latest_charge", "source"])
        {
            bool wanted = name != "payment_intent" || one["object"]!.GetValue<string>() == "checkout.session";
            if (wanted && one[name] is JsonValue id && _objects.TryGetValue(id.GetValue<string>(), out JsonObject? other))
            {
                copy[name] = name == "source" ? other.DeepClone() : Expanded(other);
            }
        }

        return copy;
    }

    private JsonObject ChargeOf(JsonObject session) =>
        _objects[_objects[session["payment_intent"]!.GetValue<string>()]["latest_charge"]!.GetValue<string>()];

    private JsonObject New(string prefix, string kind, long amount, string currency, long now)
    {
        string id = prefix + _objects.Count.ToString(CultureInfo.InvariantCulture);
        return _objects[id] = new JsonObject
        {
            ["id"] = id,
            ["object"] = kind,
            ["amount"] = amount,
            ["currency"] = currency,
            ["created"] = now,
        };
    }

    private static string Id(JsonObject one) => one["id"]!.GetValue<string>();
}
