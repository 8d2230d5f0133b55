using Npgsql;

using NpgsqlTypes;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;
using XChat.Storage.GroupCommit;

namespace XChat.Storage.Wallets;

/// <summary>Inserts what is to be told of a batch, due when the lease of the silo that tells it itself is over.</summary>
internal sealed class OutboxStatement
{
    private const string Sql = """
        INSERT INTO ledger_outbox (due_at, transfer_id, debit_account, currency, debit_user, credit_user, conversation_id, sender_device, card)
        SELECT now() + $9, * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
        RETURNING ctid
        """;

    private readonly NpgsqlParameter<Guid[]> _transfers = ArrayParameter.Of<Guid>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<Guid[]> _debits = ArrayParameter.Of<Guid>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<string[]> _currencies = ArrayParameter.Of<string>(NpgsqlDbType.Text);
    private readonly NpgsqlParameter<Guid?[]> _payers = ArrayParameter.Of<Guid?>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<Guid?[]> _payees = ArrayParameter.Of<Guid?>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<Guid?[]> _conversations = ArrayParameter.Of<Guid?>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<Guid?[]> _devices = ArrayParameter.Of<Guid?>(NpgsqlDbType.Uuid);
    private readonly NpgsqlParameter<byte[]?[]> _cards = ArrayParameter.Of<byte[]?>(NpgsqlDbType.Bytea);
    private readonly NpgsqlParameter<TimeSpan> _lease = new() { TypedValue = FreshNews.Lease };
    private readonly NpgsqlBatchCommand _command;

    public OutboxStatement() => _command = new NpgsqlBatchCommand(Sql)
    {
        Parameters = { _transfers, _debits, _currencies, _payers, _payees, _conversations, _devices, _cards, _lease },
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
        foreach ((LedgerTransfer transfer, PaymentCard? card) in NewsOf(commands))
        {
            Put(row++, transfer, card);
        }

        return _command;
    }

    /// <summary>
    /// The rows as they were inserted, with where they lie: the statement inserts them in the order of its arrays and returns them in the order in which it
    /// inserts.
    /// </summary>
    public static async Task<IReadOnlyList<OutboxRow>> ReadAsync(
        NpgsqlDataReader reader, IReadOnlyList<DecidedCommand> commands, int count, CancellationToken cancellationToken)
    {
        List<OutboxRow> rows = new(count);
        foreach ((LedgerTransfer transfer, PaymentCard? card) in NewsOf(commands))
        {
            if (!await reader.ReadAsync(cancellationToken))
            {
                throw new InvalidOperationException("The outbox took fewer rows than it was given.");
            }

            rows.Add(new OutboxRow(
                OutboxRows.PlaceOf(reader.GetFieldValue<NpgsqlTid>(0)),
                SubjectOf(transfer),
                transfer.Debit.Currency,
                PersonOf(transfer.Debit),
                PersonOf(transfer.Credit),
                card));
        }

        return rows;
    }

    private static IEnumerable<(LedgerTransfer Transfer, PaymentCard? Card)> NewsOf(IReadOnlyList<DecidedCommand> commands)
    {
        foreach (DecidedCommand command in commands)
        {
            foreach (LedgerTransfer transfer in command.Transfers)
            {
                if (HasNews(transfer))
                {
                    yield return (transfer, command.Card);
                }
            }
        }
    }

    /// <summary>The transfer whose state changed: of a resolution, the pending one.</summary>
    private static TransferId SubjectOf(LedgerTransfer transfer) => transfer.Pending.IsEmpty ? transfer.Id : transfer.Pending;

    private static UserId? PersonOf(WalletKey wallet) => wallet.Kind == WalletKind.User ? new UserId(wallet.Owner) : null;

    private void Put(int row, LedgerTransfer transfer, PaymentCard? card)
    {
        _transfers.TypedValue![row] = SubjectOf(transfer).Value;
        _debits.TypedValue![row] = transfer.DebitAccount;
        _currencies.TypedValue![row] = transfer.Debit.Currency.Code;
        _payers.TypedValue![row] = PersonOf(transfer.Debit)?.Value;
        _payees.TypedValue![row] = PersonOf(transfer.Credit)?.Value;
        _conversations.TypedValue![row] = card?.Conversation;
        _devices.TypedValue![row] = card?.Device.Value;
        _cards.TypedValue![row] = card?.Payload;
    }
}
