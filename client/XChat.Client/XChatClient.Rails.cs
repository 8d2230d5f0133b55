using XChat.Protocol.Wallets;

namespace XChat.Client;

/// <summary>Money that comes in and goes out.</summary>
public sealed partial class XChatClient
{
    private static readonly TimeSpan FirstRailPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRailPause = TimeSpan.FromSeconds(2);

    /// <summary>The rails that carry a currency, the one to prefer first.</summary>
    public async Task<IReadOnlyList<RailView>> RailsAsync(Currency currency, CancellationToken cancellationToken = default) =>
        (await Context.Server.CallAsync(hub => hub.ListRails(new ListRailsRequest(currency.Code)), cancellationToken)).Rails;

    /// <summary>
    /// Orders a deposit over a rail. The wallet is credited when the rail has settled it, which may take from moments to days: see
    /// <see cref="WaitForRailPaymentAsync"/>.
    /// </summary>
    /// <exception cref="XChatException">
    /// <see cref="ClientErrorReason.Refused"/>: nothing was ordered; the text begins with the status. <see cref="ClientErrorReason.ServerUnreachable"/>: the
    /// outcome is not known; the same order is sent again with the next connection.
    /// </exception>
    public Task<RailPaymentView> DepositAsync(string rail, Money amount, CancellationToken cancellationToken = default) =>
        Sync.Rails.DepositAsync(rail, RequireAmount(amount), cancellationToken);

    /// <summary>
    /// Orders a withdrawal over a rail by an order that this device signs. The money is reserved at once, leaves the wallet when the rail has settled it,
    /// and is free again when the rail could not do it.
    /// </summary>
    /// <param name="rail">The rail's name.</param>
    /// <param name="amount">How much.</param>
    /// <param name="destination">Where to, as the rail understands it; empty where it needs none.</param>
    /// <param name="pin">The PIN for payments of this device, where it is needed.</param>
    /// <param name="cancellationToken">Ends the wait; the order may have been sent.</param>
    /// <exception cref="XChatException">As with <see cref="DepositAsync"/>; or a PIN is needed or wrong, and nothing was sent.</exception>
    public Task<RailPaymentView> WithdrawAsync(
        string rail, Money amount, string destination = "", string? pin = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        PaymentPin.Admit(RequireAmount(amount), pin);
        return Sync.Rails.WithdrawAsync(rail, amount, destination, cancellationToken);
    }

    /// <summary>A deposit or withdrawal of this person as it stands now.</summary>
    /// <exception cref="XChatException"><see cref="ClientErrorReason.NotFound"/>.</exception>
    public async Task<RailPaymentView> GetRailPaymentAsync(Guid payment, CancellationToken cancellationToken = default) =>
        (await Context.Server.CallAsync(hub => hub.GetRailPayment(payment), cancellationToken)).Payment
            ?? throw XChatException.Of(ClientErrorReason.NotFound, nameof(RailPaymentStatus.NotFound), "you have no such deposit or withdrawal.");

    /// <summary>
    /// Waits until a deposit or withdrawal is neither ordered nor under way any more, or the person has something to do for it; at most for a time. Answers
    /// how it stands then.
    /// </summary>
    public async Task<RailPaymentView> WaitForRailPaymentAsync(Guid payment, TimeSpan patience, CancellationToken cancellationToken = default)
    {
        DateTimeOffset until = _options.Time.GetUtcNow() + patience;
        for (TimeSpan pause = FirstRailPause; ; pause = pause * 2 < LongestRailPause ? pause * 2 : LongestRailPause)
        {
            RailPaymentView now = await GetRailPaymentAsync(payment, cancellationToken);
            bool waitsForRail = now.State is RailPaymentState.Ordered or RailPaymentState.UnderWay && now.Instruction.Length == 0;
            if (!waitsForRail || _options.Time.GetUtcNow() + pause > until)
            {
                return now;
            }

            await Task.Delay(pause, _options.Time, cancellationToken);
        }
    }

    private static Money RequireAmount(Money amount) => amount.Currency.IsKnown() && amount.MinorUnits > 0
        ? amount
        : throw XChatException.Of(
            ClientErrorReason.InvalidInput, nameof(RailPaymentStatus.AmountInvalid), "give an amount above zero in a currency of ISO 4217.");
}
