using Npgsql;

using NpgsqlTypes;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets;
using XChat.Storage.GroupCommit;

namespace XChat.Storage.Wallets;

/// <summary>Inserts what is to be told of a batch.</summary>
internal sealed class OutboxStatement
{
    private const string Sql = """
        INSERT INTO ledger_outbox (due_at, transfer_id, debit_account, currency, debit_user, credit_user, conversation_id, sender_device, card)
        SELECT now(), * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
        """;

    private readonly NpgsqlParameter<Guid[]> _transfers = ArrayParameter.Of<Guid>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<Guid[]> _debits = ArrayParameter.Of<Guid>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<string[]> _currencies = ArrayParameter.Of<string>(NpgsqlDbType.Text);
    private readonly NpgsqlParameter<Guid?[]> _payers = ArrayParameter.Of<Guid?>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<Guid?[]> _payees = ArrayParameter.Of<Guid?>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<Guid?[]> _conversations = ArrayParameter.Of<Guid?>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<Guid?[]> _devices = ArrayParameter.Of<Guid?>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<byte[]?[]> _cards = ArrayParameter.Of<byte[]?>(NpgsqlDbType.Bytea);
    private readonly NpgsqlBatchCommand _command;

    public OutboxStatement() => _command = new NpgsqlBatchCommand(Sql)
    {
        Parameters = { _transfers, _debits, _currencies, _payers, _payees, _conversations, _devices, _cards },
    };

    /// <summary>Between two system accounts, nobody has to hear of it.</summary>
    public static bool HasNews(LedgerTransfer transfer) =>
        transfer.Debit.Kind == WalletKind.User || transfer.Credit.Kind == WalletKind.User;

    public NpgsqlBatchCommand Fill(IReadOnlyList<DecidedCommand> commands, int count)
    {
        _transfers.TypedValue = new Guid[count];
        _debits.TypedValue = new Guid[count];
        _currencies.TypedValue = new string[count];
        _payers.TypedValue = new Guid?[count];
        _payees.TypedValue = new Guid?[count];
        _conversations.TypedValue = new Guid?[count];
        _devices.TypedValue = new Guid?[count];
        _cards.TypedValue = new byte[]?[count];
        int row = 0;
        foreach (DecidedCommand command in commands)
        {
            foreach (LedgerTransfer transfer in command.Transfers.Where(HasNews))
            {
                Put(row++, transfer, command.Card);
            }
        }

        return _command;
    }

    private void Put(int row, LedgerTransfer transfer, PaymentCard? card)
    {
        _transfers.TypedValue![row] = (transfer.Pending.IsEmpty ? transfer.Id : transfer.Pending).Value;
        _debits.TypedValue![row] = transfer.DebitAccount;
        _currencies.TypedValue![row] = transfer.Debit.Currency.Code;
        _payers.TypedValue![row] = transfer.Debit.Kind == WalletKind.User ? transfer.Debit.Owner : null;
        _payees.TypedValue![row] = transfer.Credit.Kind == WalletKind.User ? transfer.Credit.Owner : null;
        _conversations.TypedValue![row] = card?.Conversation;
        _devices.TypedValue![row] = card?.Device.Value;
        _cards.TypedValue![row] = card?.Payload;
    }
}
