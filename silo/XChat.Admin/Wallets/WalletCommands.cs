using System.CommandLine;

using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Admin.Wallets;

/// <summary><c>xchat-admin wallet</c>: acts on one wallet of a person.</summary>
internal static class WalletCommands
{
    public static Command Create(AdminFlags flags)
    {
        Command wallet = new("wallet", "Acts on one wallet of a person.");
        wallet.Subcommands.Add(CreateFreeze(flags, "freeze", "Keeps money from leaving a wallet; it can still come in.", frozen: true));
        wallet.Subcommands.Add(CreateFreeze(flags, "unfreeze", "Lets money leave a wallet again.", frozen: false));
        return wallet;
    }

    private static Command CreateFreeze(AdminFlags flags, string name, string description, bool frozen)
    {
        Argument<string> person = UserArgument.Create();
        Argument<string> currency = CurrencyArgument.Create();
        Option<string> reason = OperatorActions.Reason();
        Command freeze = new(name, description) { person, currency, reason };
        flags.Run(freeze, async (parsed, session, cancellationToken) =>
        {
            Currency code = CurrencyArgument.Of(parsed.GetRequiredValue(currency));
            UserId user = await UserArgument.FindAsync(session, parsed.GetRequiredValue(person), cancellationToken);
            return await session.ActAsync(
                $"wallet.{name}", $"{user.Value:D}/{code}", string.Empty, parsed.GetRequiredValue(reason),
                async cluster =>
                {
                    WalletFrozen done = await cluster.Wallet(user, code).Freeze(new FreezeWallet(frozen));
                    return new ActionOutcome(
                        true,
                        new { User = user.Value, Currency = code.Code, done.Frozen },
                        $"{user.Value:D}/{code} is {(done.Frozen ? "frozen" : "not frozen")}");
                },
                cancellationToken);
        });
        return freeze;
    }
}
