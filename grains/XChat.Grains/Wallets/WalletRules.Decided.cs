using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Holders;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets;

/// <summary>What a decision writes.</summary>
public static partial class WalletRules
{
    private static WalletDecision Keep(WalletCommand command, WalletStatus refusal, long nowMs) =>
        new(refusal, new DecidedCommand(command.Id, command.Actor, command.PayloadHash, refusal, [], nowMs, 0, null));

    private static WalletDecision Accept(WalletState state, TransferCommand command, long nowMs)
    {
        long timeMs = Math.Max(nowMs, state.LastTimeMs);
        byte[] previous = state.ChainHash.ToArray();
        LedgerTransfer[] transfers = new LedgerTransfer[command.Legs.Count];
        for (int index = 0; index < transfers.Length; index++)
        {
            TransferLeg leg = command.Legs[index];
            long expiresAtMs = command.AcceptanceMs > 0 ? timeMs + command.AcceptanceMs : leg.ExpiresAtMs;
            transfers[index] = new LedgerTransfer
            {
                Id = leg.Transfer,
                Command = command.Id,
                Debit = state.Key,
                DebitAccount = state.Account,
                Seq = state.Seq + 1 + index,
                Credit = leg.Credit,
                CreditAccount = leg.Credit.ToAccountId(),
                Kind = expiresAtMs > 0 ? TransferKind.Pending : TransferKind.Posted,
                Reason = leg.Reason,
                MinorUnits = leg.MinorUnits,
                ExpiresAtMs = expiresAtMs,
                Reference = leg.Reference,
                Conversation = command.Card?.Conversation ?? Guid.Empty,
                TimeMs = timeMs,
                PreviousHash = previous,
            };
            previous = TransferChain.HashOf(transfers[index]);
        }

        return Accepted(command, transfers, previous, command.Card);
    }

    private static WalletDecision Accept(WalletState state, ResolveCommand command, OpenPending pending, long nowMs)
    {
        LedgerTransfer transfer = new()
        {
            Id = command.Id,
            Command = command.Id,
            Debit = state.Key,
            DebitAccount = state.Account,
            Seq = state.Seq + 1,
            Credit = pending.Credit,
            CreditAccount = pending.Credit.ToAccountId(),
            Kind = command.Resolution switch
            {
                PendingResolution.Post => TransferKind.PostPending,
                PendingResolution.Void => TransferKind.VoidPending,
                _ => TransferKind.ExpirePending,
            },
            Reason = pending.Reason,
            MinorUnits = command.MinorUnits == 0 ? pending.MinorUnits : command.MinorUnits,
            Pending = pending.Transfer,
            Reserved = pending.MinorUnits,
            Reference = pending.Reference,
            TimeMs = Math.Max(nowMs, state.LastTimeMs),
            PreviousHash = state.ChainHash.ToArray(),
        };
        return Accepted(command, [transfer], TransferChain.HashOf(transfer), card: null);
    }

    private static WalletDecision UnderTerms(WalletDecision accepted, WalletState state, PaymentTerms terms, Movement[] movements) =>
        accepted.Command is not { } command || terms.AreNone ? accepted : accepted with
        {
            Command = command with
            {
                Usage = TermsRules.Count(terms, state.Account, movements, command.TimeMs),
                Holders = [.. terms.Versions],
            },
        };

    private static WalletDecision Accepted(WalletCommand command, LedgerTransfer[] transfers, byte[] chainHash, PaymentCard? card) => new(
        WalletStatus.Accepted,
        new DecidedCommand(
            command.Id, command.Actor, command.PayloadHash, WalletStatus.Accepted, transfers, transfers[0].TimeMs, transfers[0].ExpiresAtMs, card)
        {
            ChainHash = chainHash,
        });
}
