using CsCheck;

using XChat.GrainInterfaces.Wallets;
using XChat.Protocol;
using XChat.Protocol.Wallets;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>People and ids of one random history, and how its steps are put to the grains.</summary>
internal sealed class WalletHistory
{
    public const int People = 3;
    public const int Ids = 10;
    public const long Funds = 20;

    /// <summary>The pending transfers of a history all expire at the same far time.</summary>
    private readonly long _expiresAtMs;
    private readonly WalletCluster _cluster;
    private readonly TestPayer[] _people;
    private readonly TransferId[] _ids = [.. Enumerable.Range(0, Ids).Select(_ => TransferId.New())];

    private WalletHistory(WalletCluster cluster, TestPayer[] people)
    {
        _cluster = cluster;
        _people = people;
        _expiresAtMs = cluster.Time.GetUtcNow().AddDays(1).ToUnixTimeMilliseconds();
    }

    /// <summary>Few ids and little money, so that repeats, reused ids, shortage and resolutions all happen.</summary>
    public static Gen<WalletStep> Step { get; } = Gen.Frequency(
        (6, Gen.Select(Gen.Int[0, Ids - 1], Gen.Int[0, People - 1], Gen.Int[0, People - 1], Amount, Gen.Bool)
            .Select(WalletStep (id, payer, payee, amount, waits) => new PayStep(id, payer, payee, amount, waits))),
        (4, Gen.Select(Gen.Int[0, Ids - 1], Gen.Int[0, People - 1], Gen.Int[0, People - 1], Gen.Int[0, Ids - 1], Gen.Bool)
            .Select(WalletStep (id, payer, actor, pending, post) =>
                new ResolveStep(id, payer, actor, pending, post ? PendingResolution.Post : PendingResolution.Void))),
        (1, Gen.Select(Gen.Int[0, People - 1], Gen.Bool).Select(WalletStep (person, frozen) => new FreezeStep(person, frozen))));

    private static Gen<long> Amount => Gen.Frequency(
        (12, Gen.Long[1, 12]), (1, Gen.Const(0L)), (1, Gen.Const(-3L)), (1, Gen.Const(Limits.TransferMinorUnits + 1)));

    public static async Task<WalletHistory> StartAsync(WalletCluster cluster) =>
        new(cluster, await Task.WhenAll(Enumerable.Range(0, People).Select(_ => TestPayer.CreateAsync(cluster, Funds))));

    public async Task<(WalletStatus Status, long Seq)> TakeAsync(WalletStep step)
    {
        IWalletGrain wallet = _people[step.Payer].Wallet;
        if (step is FreezeStep freeze)
        {
            await wallet.Freeze(new FreezeWallet(freeze.Frozen));
            return (WalletStatus.Accepted, 0);
        }

        TransferDecided answer = step switch
        {
            PayStep pay => await wallet.Transfer(WalletCluster.Order(
                _people[pay.Payee].Key, pay.MinorUnits, id: _ids[pay.Command], expiresAtMs: pay.Waits ? _expiresAtMs : 0)),
            ResolveStep resolve => await wallet.Resolve(new ResolvePending(
                _ids[resolve.Command], _people[resolve.Actor].User, _ids[resolve.Pending], resolve.Resolution, 0)),
            _ => throw new InvalidOperationException(),
        };
        return (answer.Status, answer.Seq);
    }

    public async Task<IReadOnlyList<long>> AvailableAsync() => await Task.WhenAll(_people.Select(person => person.AvailableAsync()));

    /// <summary>Takes a wallet out of memory, as a silo does with one that has been idle.</summary>
    public Task ForgetAsync(int person) => _cluster.DeactivateAsync(_people[person].Wallet);
}
