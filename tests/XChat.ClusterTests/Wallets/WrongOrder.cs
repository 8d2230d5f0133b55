using System.Security.Cryptography;

using XChat.GrainInterfaces.Wallets;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>A payment order to which wrong things are done by name, one over the other.</summary>
internal sealed class WrongOrder(WalletCluster cluster, TestPayer payer, TestPayer payee)
{
    private readonly TestPayer _other = new(cluster, UserId.New(), DeviceId.New());
    private PaymentOrder _order = payer.Order(payee, 1_00, conversation: Guid.NewGuid());
    private byte[] _card = [];
    private TestPayer? _signer;
    private bool _foreignCaller;
    private bool _changed;
    private bool _broken;

    public async Task DoAsync(string wrong)
    {
        long nowMs = cluster.Time.GetUtcNow().ToUnixTimeMilliseconds();
        switch (wrong)
        {
            case "bytes that are no order": _broken = true; break;
            case "no payee": _order = _order with { Payee = Guid.Empty }; break;
            case "somebody else calls": _foreignCaller = true; break;
            case "another device signs": _signer = new TestPayer(cluster, payer.User, DeviceId.New()); break;
            case "changed after signing": _changed = true; break;
            case "time is over": _order = _order with { ExpiresAtMs = nowMs - 1 }; break;
            case "time is too far ahead": _order = _order with { ExpiresAtMs = nowMs + ((Limits.OrderSeconds + 60) * 1000L) }; break;
            case "another currency": _order = _order with { Amount = _order.Amount with { Currency = new Currency("USD") } }; break;
            case "negative amount": Pay(-1); break;
            case "no amount": Pay(0); break;
            case "overflowing amount": Pay(long.MaxValue); break;
            case "amount above the limit": Pay(Limits.TransferMinorUnits + 1); break;
            case "memo too long": SetCard(new byte[Limits.PaymentCardBytes + 1]); break;
            case "another memo than signed": _card = [1, 2, 3]; break;
            case "pays itself": _order = _order with { Payee = payer.User.Value }; break;
            case "unknown payee": _order = _order with { Payee = _other.User.Value }; break;
            case "frozen": await payer.Wallet.Freeze(new FreezeWallet(true)); break;
            case "too little money": Pay(10_01); break;
            default: throw new ArgumentException(wrong, nameof(wrong));
        }
    }

    public PayOrder ToRequest()
    {
        PayOrder request = (_signer ?? payer).Sign(_order, _card);
        byte[] order = _broken ? request.Order[1..] : request.Order;
        if (_changed)
        {
            // The reference: nothing else is wrong with the order that arrives.
            order[3 + 3 + (5 * 16)] ^= 1;
        }

        return request with { Caller = _foreignCaller ? _other.Caller : payer.Caller, Order = order };
    }

    private void Pay(long minorUnits) => _order = _order with { Amount = _order.Amount with { MinorUnits = minorUnits } };

    private void SetCard(byte[] card)
    {
        _card = card;
        _order = _order with { CardDigest = SHA256.HashData(card) };
    }
}
