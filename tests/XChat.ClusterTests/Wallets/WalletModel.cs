using XChat.GrainInterfaces.Wallets;
using XChat.Protocol;
using XChat.Protocol.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>What a step of a random history does: people, commands and pending transfers are numbers.</summary>
internal abstract record WalletStep(int Command, int Payer);

internal sealed record PayStep(int Command, int Payer, int Payee, long MinorUnits, bool Waits) : WalletStep(Command, Payer);

internal sealed record ResolveStep(int Command, int Payer, int Actor, int Pending, PendingResolution Resolution) : WalletStep(Command, Payer);

internal sealed record FreezeStep(int Payer, bool Frozen) : WalletStep(-1, Payer);

/// <summary>
/// The ledger as one thread would keep it: a few dictionaries, one command after the other. Written from the statuses' documentation and sharing
/// nothing with the grain.
/// </summary>
internal sealed class WalletModel
{
    private readonly long[] _posted;
    private readonly long[] _reserved;
    private readonly long[] _debits;
    private readonly bool[] _frozen;
    private readonly Dictionary<int, (WalletStep Step, WalletStatus Outcome, long Seq)> _commands = [];
    private readonly Dictionary<int, PayStep> _open = [];
    private readonly HashSet<(int Pending, int Payer)> _everPending = [];

    public WalletModel(int people, long minorUnits)
    {
        _posted = [.. Enumerable.Repeat(minorUnits, people)];
        _reserved = new long[people];
        _debits = new long[people];
        _frozen = new bool[people];
    }

    private WalletModel(WalletModel other)
    {
        (_posted, _reserved, _debits, _frozen) = ([.. other._posted], [.. other._reserved], [.. other._debits], [.. other._frozen]);
        _commands = new(other._commands);
        _open = new(other._open);
        _everPending = [.. other._everPending];
    }

    public IReadOnlyList<long> Available => [.. _posted.Select((posted, person) => posted - _reserved[person])];

    public WalletModel Copy() => new(this);

    public (WalletStatus Status, long Seq) Take(WalletStep step)
    {
        if (step is FreezeStep freeze)
        {
            _frozen[freeze.Payer] = freeze.Frozen;
            return (WalletStatus.Accepted, 0);
        }

        if (_commands.TryGetValue(step.Command, out var first))
        {
            return first.Step != step ? (WalletStatus.IdReusedWithDifferentContent, 0)
                : first.Outcome == WalletStatus.Accepted ? (WalletStatus.AlreadyAccepted, first.Seq)
                : (first.Outcome, 0);
        }

        return step switch
        {
            PayStep pay => Pay(pay),
            ResolveStep resolve => Resolve(resolve),
            _ => throw new InvalidOperationException(),
        };
    }

    private (WalletStatus Status, long Seq) Pay(PayStep pay)
    {
        if (pay.MinorUnits <= 0)
        {
            return (WalletStatus.AmountInvalid, 0);
        }

        if (pay.MinorUnits > Limits.TransferMinorUnits)
        {
            return (WalletStatus.AmountTooLarge, 0);
        }

        if (pay.Payer == pay.Payee)
        {
            return (WalletStatus.SelfPayment, 0);
        }

        if (_frozen[pay.Payer])
        {
            return Keep(pay, WalletStatus.AccountFrozen);
        }

        if (pay.MinorUnits > Available[pay.Payer])
        {
            return Keep(pay, WalletStatus.InsufficientFunds);
        }

        if (pay.Waits)
        {
            _reserved[pay.Payer] += pay.MinorUnits;
            _open.Add(pay.Command, pay);
            _everPending.Add((pay.Command, pay.Payer));
        }
        else
        {
            Move(pay);
        }

        return Accept(pay);
    }

    private (WalletStatus Status, long Seq) Resolve(ResolveStep resolve)
    {
        if (resolve.Command == resolve.Pending)
        {
            return (WalletStatus.OrderInvalid, 0);
        }

        PayStep? pending = _open.GetValueOrDefault(resolve.Pending) is { } open && open.Payer == resolve.Payer ? open : null;
        bool mayDo = pending is null || resolve.Actor == pending.Payee || (resolve.Actor == pending.Payer && resolve.Resolution == PendingResolution.Void);
        if (!mayDo)
        {
            return (WalletStatus.NotAllowed, 0);
        }

        if (resolve.Resolution == PendingResolution.Post && _frozen[resolve.Payer])
        {
            return Keep(resolve, WalletStatus.AccountFrozen);
        }

        if (pending is null)
        {
            return (_everPending.Contains((resolve.Pending, resolve.Payer)) ? WalletStatus.PendingResolved : WalletStatus.PendingNotFound, 0);
        }

        _open.Remove(resolve.Pending);
        _reserved[resolve.Payer] -= pending.MinorUnits;
        if (resolve.Resolution == PendingResolution.Post)
        {
            Move(pending);
        }

        return Accept(resolve);
    }

    private void Move(PayStep pay)
    {
        _posted[pay.Payer] -= pay.MinorUnits;
        _posted[pay.Payee] += pay.MinorUnits;
    }

    private (WalletStatus Status, long Seq) Keep(WalletStep step, WalletStatus refusal)
    {
        _commands.Add(step.Command, (step, refusal, 0));
        return (refusal, 0);
    }

    private (WalletStatus Status, long Seq) Accept(WalletStep step)
    {
        long seq = ++_debits[step.Payer];
        _commands.Add(step.Command, (step, WalletStatus.Accepted, seq));
        return (WalletStatus.Accepted, seq);
    }
}
