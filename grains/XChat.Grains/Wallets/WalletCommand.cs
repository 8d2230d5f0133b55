using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Holders;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets;

/// <summary>What a wallet is asked to do, whoever asks. The hash tells two commands of one id apart.</summary>
public abstract record WalletCommand(TransferId Id, Guid Actor, byte[] PayloadHash)
{
    /// <summary>A refusal that is certain already and that is kept with the id; null for none.</summary>
    public WalletStatus? Refusal { get; init; }
}

/// <summary>Moves money from this wallet: all legs or none.</summary>
public sealed record TransferCommand(TransferId Id, Guid Actor, byte[] PayloadHash, IReadOnlyList<TransferLeg> Legs)
    : WalletCommand(Id, Actor, PayloadHash)
{
    /// <summary>The card of the payment, if it appears in a conversation.</summary>
    public PaymentCard? Card { get; init; }

    /// <summary>A payment in which the payee has a say: its legs wait for that long, in ms from the decision. 0: the legs say.</summary>
    public long AcceptanceMs { get; init; }
}

/// <summary>Ends a pending transfer of this wallet.</summary>
public sealed record ResolveCommand(
    TransferId Id, Guid Actor, byte[] PayloadHash, TransferId Pending, PendingResolution Resolution, long MinorUnits)
    : WalletCommand(Id, Actor, PayloadHash);

/// <summary>Where and by which device a payment is shown; <c>Payload</c> is the encrypted card, empty for none.</summary>
public sealed record PaymentCard(Guid Conversation, DeviceId Device, byte[] Payload);

/// <summary>
/// A command and what was decided about it: transfers when it is accepted, nothing but its outcome when the refusal is kept. It becomes durable
/// as a whole.
/// </summary>
public sealed record DecidedCommand(
    TransferId Id,
    Guid Actor,
    byte[] PayloadHash,
    WalletStatus Outcome,
    IReadOnlyList<LedgerTransfer> Transfers,
    long TimeMs,
    long ExpiresAtMs,
    PaymentCard? Card)
{
    /// <summary>The hash over its last transfer; empty without any.</summary>
    public byte[] ChainHash { get; init; } = [];

    /// <summary>The place of its first transfer; 0 without any.</summary>
    public long Seq => Transfers.Count == 0 ? 0 : Transfers[0].Seq;

    /// <summary>It gives back what another transfer moved. It is not committed where more would have gone back than that.</summary>
    public bool GivesBack
    {
        get
        {
            for (int index = 0; index < Transfers.Count; index++)
            {
                if (GoneBack.Is(Transfers[index].Reason))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>What it adds to the windows of limits. It is not committed where that goes beyond one.</summary>
    public IReadOnlyList<UsageChange> Usage { get; init; } = [];

    /// <summary>What was said about the parties when it was decided. It is not committed where something else is said by then.</summary>
    public IReadOnlyList<HolderVersion> Holders { get; init; } = [];
}
