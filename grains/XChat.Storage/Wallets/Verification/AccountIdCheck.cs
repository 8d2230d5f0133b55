using System.Runtime.CompilerServices;

using Npgsql;

using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Storage.Wallets.Verification;

/// <summary>An account's id follows from whose it is: nobody can be given another one's.</summary>
internal sealed class AccountIdCheck : ILedgerCheck
{
    public string Name => "account-id";

    public string Rule => "The id of an account is the hash of its kind, owner and currency.";

    public async IAsyncEnumerable<string> FindAsync(NpgsqlConnection snapshot, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new("SELECT account_id, kind, owner_id, currency FROM ledger_account", snapshot) { CommandTimeout = 0 };
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            WalletKey key = new((WalletKind)row.GetInt16(1), row.GetGuid(2), new Currency(row.GetString(3)));
            if (key.ToAccountId() != row.GetGuid(0))
            {
                yield return $"account {row.GetGuid(0)} is not that of its kind, owner and currency";
            }
        }
    }
}
