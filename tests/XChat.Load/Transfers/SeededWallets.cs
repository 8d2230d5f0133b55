using XChat.GrainInterfaces.Wallets;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Load.Transfers;

/// <summary>
/// Wallets that a rail has filled through the ledger itself, so that the ledger is one that can be verified. One of them, beside the others, is
/// the hot one: it receives from all or pays all.
/// </summary>
public sealed class SeededWallets
{
    private const long EachMinorUnits = 1_000_000;

    private static readonly Currency Euro = new("EUR");

    private readonly WalletKey[] _keys;
    private readonly IWalletGrain[] _grains;
    private readonly WalletKey _hotKey = NewKey();
    private readonly IWalletGrain _hot;

    private SeededWallets(IGrainFactory grains, WalletKey[] keys)
    {
        _keys = keys;
        _grains = [.. keys.Select(grains.Wallet)];
        _hot = grains.Wallet(_hotKey);
    }

    public int Count => _keys.Length;

    public static async Task<SeededWallets> CreateAsync(LoadServer server, int count)
    {
        SeededWallets wallets = new(server.Grains, [.. Enumerable.Range(0, count).Select(_ => NewKey())]);
        IWalletGrain rail = server.Grains.Wallet(new WalletKey(WalletKind.Rail, Guid.CreateVersion7(), Euro));
        foreach (WalletKey[] some in wallets._keys.Chunk(Limits.LinkedTransfers))
        {
            await RequireAsync(rail, [.. some.Select(wallet => Leg(wallet, EachMinorUnits, TransferReason.Deposit))]);
        }

        await RequireAsync(rail, [Leg(wallets._hotKey, Limits.TransferMinorUnits, TransferReason.Deposit)]);
        return wallets;
    }

    /// <summary>From one wallet, picked evenly, to another one.</summary>
    public Task PayAnyAsync(long number)
    {
        int payer = Random.Shared.Next(Count);
        int payee = (payer + 1 + Random.Shared.Next(Count - 1)) % Count;
        return PayAsync(_grains[payer], _keys[payee]);
    }

    /// <summary>From each wallet in turn to the next one: the first time, the wallet is not active yet.</summary>
    public Task PayNextAsync(long number) => PayAsync(_grains[number % Count], _keys[(number + 1) % Count]);

    /// <summary>From a wallet, picked evenly, to the hot one.</summary>
    public Task PayHotAsync(long number) => PayAsync(_grains[Random.Shared.Next(Count)], _hotKey);

    /// <summary>From the hot wallet to one that is picked evenly.</summary>
    public Task HotPaysAsync(long number) => PayAsync(_hot, _keys[Random.Shared.Next(Count)]);

    private static WalletKey NewKey() => WalletKey.Of(UserId.New(), Euro);

    private static Task PayAsync(IWalletGrain payer, WalletKey payee) => RequireAsync(payer, [Leg(payee, 1, TransferReason.Payment)]);

    private static TransferLeg Leg(WalletKey payee, long minorUnits, TransferReason reason) =>
        new(TransferId.New(), payee, minorUnits, reason, 0, Guid.Empty);

    private static async Task RequireAsync(IWalletGrain payer, TransferLeg[] legs)
    {
        TransferDecided answer = await payer.Transfer(new TransferMoney(legs[0].Transfer, Guid.Empty, legs));
        if (answer.Status != WalletStatus.Accepted)
        {
            throw new LoadException($"A transfer was answered with {answer.Status}: the run shows nothing.");
        }
    }
}
