using System.Buffers.Binary;
using System.Security.Cryptography;

using XChat.GrainInterfaces;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets.Rails;

/// <summary>
/// Moves the money of payments over rails. Every transfer's id follows from the payment, so a retry, another activation or the sweep after a crash asks
/// the ledger for the very same transfer and nothing moves twice.
/// </summary>
public sealed class RailTransfers(IGrainFactory grains)
{
    /// <summary>Each freeze of a wallet costs one id at most; more than this is not tried in one go.</summary>
    private const int Attempts = 16;

    private static ReadOnlySpan<byte> Label => "XChat 1.0 rail payment"u8;

    /// <summary>The transfer that a person sees: what credits a deposit, or what reserves a withdrawal. Empty before there is one.</summary>
    public static TransferId TransferOf(StoredRailPayment payment) => payment switch
    {
        { Ledger: RailLedgerStage.None or RailLedgerStage.Refused } => TransferId.Empty,
        { Kind: RailPaymentKind.Withdrawal } => IdOf(payment, RailStep.Reserve, 0, 0),
        _ => IdOf(payment, RailStep.Credit, 0, 0),
    };

    /// <summary>Brings a deposit into the wallet, and takes out of it what the person still owes from an earlier one.</summary>
    public async Task CreditAsync(StoredRailPayment payment)
    {
        WalletKey wallet = WalletKey.Of(payment.User, payment.Currency);
        await MoveAsync(payment, RailStep.Credit, RailWallet.Of(payment.Rail, payment.Currency), wallet, payment.MinorUnits, TransferReason.Deposit);
        WalletKey receivable = RailWallet.ReceivableFrom(payment.User, payment.Currency);
        BalanceRead debts = await grains.Wallet(receivable).Balance(new ReadBalance());
        long owed = debts.DebitsPosted - debts.CreditsPosted;
        if (owed > 0)
        {
            // Refused when it has been spent at once, or by another amount than at a first try: it stays owed then.
            await TransferAsync(
                payment, IdOf(payment, RailStep.Credit, 1, 0), wallet, receivable, Math.Min(owed, payment.MinorUnits), TransferReason.DepositReturned);
        }
    }

    /// <summary>Reserves the money of a withdrawal. A refusal of the wallet is for good.</summary>
    public async Task<WalletStatus> ReserveAsync(StoredRailPayment payment, long expiresAtMs)
    {
        TransferId id = IdOf(payment, RailStep.Reserve, 0, 0);
        TransferLeg leg = new(
            id, RailWallet.Of(payment.Rail, payment.Currency), payment.MinorUnits, TransferReason.Withdrawal, expiresAtMs, payment.Payment);
        TransferDecided decided = await grains.Wallet(payment.User, payment.Currency).Transfer(new TransferMoney(id, payment.User.Value, [leg]));
        return decided.Status switch
        {
            WalletStatus.Accepted or WalletStatus.AlreadyAccepted => WalletStatus.Accepted,
            WalletStatus.Overloaded => throw new StorageUnavailableException("The wallet is overloaded. Repeat with the same order."),
            var refused => refused,
        };
    }

    /// <summary>Lets the reserved money go to the rail. False: it is not reserved any more.</summary>
    public Task<bool> PostAsync(StoredRailPayment payment) => ResolveAsync(payment, RailStep.Post, PendingResolution.Post);

    /// <summary>Gives the reserved money back, unless its time was over and it has been given back.</summary>
    public Task FreeAsync(StoredRailPayment payment) => ResolveAsync(payment, RailStep.Free, PendingResolution.Void);

    /// <summary>
    /// Books what has come back since the last time, and answers how much of it the person owes: a deposit is taken back from the wallet if it has all of
    /// it, and else from an account that says what the person owes.
    /// </summary>
    public async Task<long> ReverseAsync(StoredRailPayment payment)
    {
        long minorUnits = payment.Returned - payment.Reversed;
        WalletKey rail = RailWallet.Of(payment.Rail, payment.Currency);
        WalletKey wallet = WalletKey.Of(payment.User, payment.Currency);
        if (payment.Kind == RailPaymentKind.Withdrawal)
        {
            await MoveAsync(payment, RailStep.Reverse, rail, wallet, minorUnits, TransferReason.WithdrawalReturned);
            return 0;
        }

        // The wallet's refusal is kept with the id: a repeat comes to the same end.
        TransferDecided taken = await TransferAsync(
            payment, IdOf(payment, RailStep.Reverse, payment.Reversed, 0), wallet, rail, minorUnits, TransferReason.DepositReturned);
        if (taken.Status is WalletStatus.Accepted or WalletStatus.AlreadyAccepted)
        {
            return 0;
        }

        await MoveAsync(
            payment, RailStep.Reverse, RailWallet.ReceivableFrom(payment.User, payment.Currency), rail, minorUnits, TransferReason.DepositReturned, first: 1);
        return minorUnits;
    }

    private async Task<bool> ResolveAsync(StoredRailPayment payment, RailStep step, PendingResolution resolution)
    {
        IWalletGrain wallet = grains.Wallet(payment.User, payment.Currency);
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            TransferDecided decided = await wallet.Resolve(new ResolvePending(
                IdOf(payment, step, 0, attempt), default, IdOf(payment, RailStep.Reserve, 0, 0), resolution, 0));
            switch (decided.Status)
            {
                case WalletStatus.Accepted or WalletStatus.AlreadyAccepted:
                    return true;
                case WalletStatus.PendingResolved or WalletStatus.PendingExpired or WalletStatus.PendingNotFound:
                    return false;
                case WalletStatus.AccountFrozen when !(await wallet.Balance(new ReadBalance())).Frozen:
                    continue;
                default:
                    throw new StorageUnavailableException($"The wallet cannot settle the withdrawal now ({decided.Status}). It is done later by itself.");
            }
        }

        throw new StorageUnavailableException("The wallet was frozen too often. The withdrawal is settled later by itself.");
    }

    /// <summary>
    /// Moves money between accounts that cannot lack it. The ledger keeps a refusal with its id for good, so while an account is frozen nothing moves;
    /// once it is not, the refused id is passed over for the next one. At most one of them ever moves money.
    /// </summary>
    private async Task MoveAsync(
        StoredRailPayment payment, RailStep step, WalletKey from, WalletKey to, long minorUnits, TransferReason reason, int first = 0)
    {
        IWalletGrain wallet = grains.Wallet(from);
        for (int attempt = first; attempt < Attempts; attempt++)
        {
            TransferDecided decided = await TransferAsync(
                payment, IdOf(payment, step, step == RailStep.Reverse ? payment.Reversed : 0, attempt), from, to, minorUnits, reason);
            if (decided.Status is WalletStatus.Accepted or WalletStatus.AlreadyAccepted)
            {
                return;
            }

            if (decided.Status != WalletStatus.AccountFrozen || (await wallet.Balance(new ReadBalance())).Frozen)
            {
                throw new StorageUnavailableException($"The account cannot be debited now ({decided.Status}). What is due is booked later by itself.");
            }
        }

        throw new StorageUnavailableException("The account was frozen too often. What is due is booked later by itself.");
    }

    private Task<TransferDecided> TransferAsync(
        StoredRailPayment payment, TransferId id, WalletKey from, WalletKey to, long minorUnits, TransferReason reason) =>
        grains.Wallet(from).Transfer(new TransferMoney(
            id, payment.User.Value, [new TransferLeg(id, to, minorUnits, reason, 0, payment.Payment)]));

    /// <summary>
    /// The first 16 bytes of SHA-256 over a label, payment, step, what was booked of the step before, and attempt, as a UUID (version 8).
    /// </summary>
    private static TransferId IdOf(StoredRailPayment payment, RailStep step, long before, int attempt)
    {
        Span<byte> input = stackalloc byte[Label.Length + 16 + 4 + 8 + 4];
        Label.CopyTo(input);
        Span<byte> rest = input[Label.Length..];
        payment.Payment.TryWriteBytes(rest, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(rest[16..], (int)step);
        BinaryPrimitives.WriteInt64BigEndian(rest[20..], before);
        BinaryPrimitives.WriteInt32BigEndian(rest[28..], attempt);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(input, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new TransferId(new Guid(hash[..16], bigEndian: true));
    }
}
