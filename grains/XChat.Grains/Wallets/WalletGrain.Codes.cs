using System.Diagnostics;

using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets;

/// <summary>Payments by a code that the payer shows.</summary>
public sealed partial class WalletGrain
{
    /// <inheritdoc/>
    public async Task<TransferDecided> Redeem(RedeemCode request)
    {
        long started = Stopwatch.GetTimestamp();
        if (!PayerCode.TryDecode(request.Code, out PayerCode? code) || code is null)
        {
            return Answer(Refused(WalletStatus.OrderInvalid), started);
        }

        AccountDescription payer = await ports.Devices.DescribeAsync(new(code.Payer));
        WalletStatus status = PayerCodeRules.Check(_key, request, code, payer, NowMs);
        return status == WalletStatus.Accepted
            ? await ExecuteAsync(PayerCodeRules.ToCommand(request, code), started)
            : Answer(await RefuseAsync(new TransferId(code.Code), PayerCodeRules.DigestOf(request), status), started);
    }
}
