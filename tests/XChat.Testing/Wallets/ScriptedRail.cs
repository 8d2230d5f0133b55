using XChat.Crypto.Wallets;
using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Rails;

namespace XChat.Testing.Wallets;

/// <summary>A rail that does what a test tells it, and nothing by itself. Its webhooks are handed over by the test.</summary>
public sealed class ScriptedRail : IPaymentRail
{
    public const string Name = "scripted";

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, RailReport> _payments = [];

    /// <summary>Whether orders and questions go unanswered.</summary>
    public bool Away { get; set; }

    /// <summary>How often it was told to do something new.</summary>
    public int Orders { get; private set; }

    /// <summary>Whether nothing on it has any value.</summary>
    public bool PlayMoney { get; init; } = true;

    /// <inheritdoc/>
    public RailDescription Description => new(
        Name, "a test's rail", PlayMoney, Deposits: true, Withdrawals: true, DestinationNeeded: true, [WalletCluster.Euro]);

    /// <inheritdoc/>
    public bool TakesDestination(string destination) => destination == "home";

    /// <inheritdoc/>
    public Task<RailReport> SubmitAsync(RailInstruction instruction, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ThrowIfAway();
            if (!_payments.TryGetValue(instruction.Payment, out RailReport? known))
            {
                Orders++;
                known = _payments[instruction.Payment] = new RailReport(
                    Name, $"ref-{instruction.Payment:N}", instruction.Currency, instruction.MinorUnits, RailStage.UnderWay, 0, string.Empty, string.Empty);
            }

            return Task.FromResult(known);
        }
    }

    /// <inheritdoc/>
    public Task<RailReport?> FindAsync(RailPaymentName payment, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ThrowIfAway();
            return Task.FromResult(_payments.GetValueOrDefault(payment.Payment));
        }
    }

    /// <summary>The lines of its statement of today, which say what a test wants.</summary>
    public IReadOnlyList<RailStatementLine> Statement { get; set; } = [];

    /// <inheritdoc/>
    public Task<RailStatement> ReadStatementAsync(DateOnly day, CancellationToken cancellationToken)
    {
        ThrowIfAway();
        long closing = Statement.Sum(line => line.MinorUnits);
        return Task.FromResult(new RailStatement(Name, day, Final: false, [new RailStatementBalance(WalletCluster.Euro, 0, closing)], Statement));
    }

    /// <inheritdoc/>
    public Task<RailWebhook> ReadWebhookAsync(
        IReadOnlyList<WebhookHeader> headers, ReadOnlyMemory<byte> body, DateTimeOffset now, CancellationToken cancellationToken) =>
        Task.FromResult(RailWebhook.Refuse(WebhookVerdict.SignatureInvalid));

    /// <summary>The rail does something; the report is what its webhook would say, now or later.</summary>
    public RailReport Do(Guid payment, RailStage stage, long returned = 0)
    {
        lock (_lock)
        {
            return _payments[payment] = _payments[payment] with { Stage = stage, ReturnedMinorUnits = returned };
        }
    }

    /// <summary>What the rail last said of a payment.</summary>
    public RailReport Told(Guid payment)
    {
        lock (_lock)
        {
            return _payments[payment];
        }
    }

    private void ThrowIfAway()
    {
        if (Away)
        {
            throw new RailUnavailableException("The rail does not answer.");
        }
    }
}
