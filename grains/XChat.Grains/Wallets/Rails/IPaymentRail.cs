using XChat.Crypto.Wallets;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.Rails;

/// <summary>
/// A way for money to come in and go out, as every adapter has to offer it: it is told to do something under an id, does it in its own time, and says so
/// by signed messages that may come late, twice, in any order or never.
/// </summary>
public interface IPaymentRail
{
    /// <summary>What it is and what it does. <see cref="RailDescription.Rail"/> is 1 to 32 small letters, digits and hyphens.</summary>
    RailDescription Description { get; }

    /// <summary>Whether a withdrawal can be told to go there. Empty: where the rail needs no destination.</summary>
    bool TakesDestination(string destination);

    /// <summary>
    /// Tells the rail to do it. The payment's id makes that repeatable: however often it is told, it does it once. A refusal by the rail is a report that
    /// it has failed.
    /// </summary>
    /// <exception cref="RailUnavailableException">Whether the rail was told is not known: tell it again.</exception>
    Task<RailReport> SubmitAsync(RailInstruction instruction, CancellationToken cancellationToken);

    /// <summary>Asks how it stands. Null: the rail has never heard of it.</summary>
    /// <exception cref="RailUnavailableException">The rail does not answer.</exception>
    Task<RailReport?> FindAsync(RailPaymentName payment, CancellationToken cancellationToken);

    /// <summary>Reads what the rail says it holds, for a day of UTC.</summary>
    /// <exception cref="RailUnavailableException">The rail does not answer.</exception>
    Task<RailStatement> ReadStatementAsync(DateOnly day, CancellationToken cancellationToken);

    /// <summary>
    /// Verifies what came in the rail's name, and reads what it says. Rails whose events do not say how a payment stands are asked, once the signature holds.
    /// </summary>
    /// <exception cref="RailUnavailableException">It is from the rail, which has to be asked and does not answer: it has to come again.</exception>
    Task<RailWebhook> ReadWebhookAsync(
        IReadOnlyList<WebhookHeader> headers, ReadOnlyMemory<byte> body, DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>What a rail is told to do.</summary>
/// <param name="Payment">Our id, by which a repeat is recognised.</param>
/// <param name="Kind">Which way the money goes.</param>
/// <param name="Currency">The currency.</param>
/// <param name="MinorUnits">How much.</param>
/// <param name="Destination">Where a withdrawal goes; else empty.</param>
/// <param name="CreatedAt">When it was ordered here: rails that forget ids look for an older one before they do it.</param>
public sealed record RailInstruction(
    Guid Payment, RailPaymentKind Kind, Currency Currency, long MinorUnits, string Destination, DateTimeOffset CreatedAt);

/// <summary>Names a payment on the rail's side: by our id, its kind, and the rail's own reference as far as it is known (else empty).</summary>
public sealed record RailPaymentName(Guid Payment, RailPaymentKind Kind, string Reference);

/// <summary>A webhook that was looked at. Only a valid one says anything; a valid one without a report is about nothing that matters here.</summary>
public sealed record RailWebhook(WebhookVerdict Verdict, Guid Payment, RailReport? Report)
{
    /// <summary>One that is not to be believed, or cannot be read.</summary>
    public static RailWebhook Refuse(WebhookVerdict verdict) => new(verdict, Guid.Empty, null);

    /// <summary>One that is from the rail and about something else.</summary>
    public static RailWebhook Nothing { get; } = new(WebhookVerdict.Valid, Guid.Empty, null);
}

/// <summary>The rail could not be asked, or did not answer in time. What it was told may or may not have reached it.</summary>
public sealed class RailUnavailableException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>The rails that this silo is configured with.</summary>
public sealed class PaymentRails(IEnumerable<IPaymentRail> rails)
{
    private readonly Dictionary<string, IPaymentRail> _rails = rails.ToDictionary(rail => rail.Description.Rail, StringComparer.Ordinal);

    /// <summary>All of them, in the order in which they were configured.</summary>
    public IReadOnlyList<RailDescription> Descriptions { get; } = [.. rails.Select(rail => rail.Description)];

    /// <summary>The one of a name; null when there is none.</summary>
    public IPaymentRail? Find(string rail) => _rails.GetValueOrDefault(rail);
}
