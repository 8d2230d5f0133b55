using System.CommandLine;

using XChat.Cli.Output;
using XChat.Protocol.Wallets;

namespace XChat.Cli.Wallets;

/// <summary><c>xchat wallet</c>: the balances.</summary>
internal static class WalletCommand
{
    public static Command Create()
    {
        Command command = new("wallet", "Shows the balance of each currency: what can be spent, and what waits.");
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            await session.Client.ConnectAsync(cancellationToken);
            IReadOnlyList<WalletView> wallets = await session.Client.BalancesAsync(cancellationToken);
            foreach (WalletView wallet in wallets)
            {
                Console.WriteLine(parsed.GetValue(CommonOptions.Json) ? JsonLine.Of(ToJson(wallet)) : Line(wallet));
            }

            if (wallets.Count == 0 && !parsed.GetValue(CommonOptions.Json))
            {
                Console.WriteLine("Nothing yet.");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static object ToJson(WalletView wallet) => new
    {
        wallet.Available.Currency,
        Available = MoneyArguments.Digits(wallet.Available),
        Reserved = MoneyArguments.Digits(wallet.Reserved),
        Incoming = MoneyArguments.Digits(wallet.Incoming),
        wallet.Frozen,
    };

    private static string Line(WalletView wallet)
    {
        List<string> parts = [MoneyArguments.Text(wallet.Available)];
        if (wallet.Reserved.MinorUnits != "0")
        {
            parts.Add($"{MoneyArguments.Text(wallet.Reserved)} waits for others to accept");
        }

        if (wallet.Incoming.MinorUnits != "0")
        {
            parts.Add($"{MoneyArguments.Text(wallet.Incoming)} waits for you to accept");
        }

        if (wallet.Frozen)
        {
            parts.Add("frozen");
        }

        return string.Join(", ", parts);
    }
}
