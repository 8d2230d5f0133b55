using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.Disputes;

/// <summary>Whether money is to move. Numbers are stored and never change.</summary>
public enum DisputeStep
{
    /// <summary>It is not.</summary>
    None = 0,

    /// <summary>It has to.</summary>
    Due = 1,

    /// <summary>It has.</summary>
    Done = 2,
}

/// <summary>A dispute as it is stored. <c>Version</c> grows with each change and fences it; 0 before the first.</summary>
public sealed record StoredDispute(
    TransferId Transfer, UserId Payer, UserId Payee, Currency Currency, long MinorUnits, string Reason, long OpenedAtMs, long CreditByMs, long DecideByMs)
{
    public DisputeState State { get; init; } = DisputeState.Open;

    /// <summary>The credit to the payer.</summary>
    public DisputeStep Credit { get; init; }

    /// <summary>The charge to the payee.</summary>
    public DisputeStep Charge { get; init; }

    /// <summary>The credit taken back from the payer.</summary>
    public DisputeStep TakenBack { get; init; }

    /// <summary>Counts tries: the ledger keeps a refusal with its id for good.</summary>
    public int Attempt { get; init; }

    /// <summary>Unix ms; 0 while it is open.</summary>
    public long DecidedAtMs { get; init; }

    /// <summary>When the sweep looks at it next, Unix ms; 0: never again.</summary>
    public long DueAtMs { get; init; }

    public long Version { get; init; }

    /// <summary>Whether money is due.</summary>
    public bool IsUnsettled => Credit == DisputeStep.Due || Charge == DisputeStep.Due || TakenBack == DisputeStep.Due;

    public DisputeDescription Describe() => new(
        Transfer, Payer, Payee, Currency, MinorUnits, Reason, State, Credit == DisputeStep.Done && TakenBack != DisputeStep.Done, IsUnsettled, OpenedAtMs,
        CreditByMs, DecideByMs, DecidedAtMs);
}
