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
    // Cards are of any length, and most transfers have none: theirs is the one array that is laid beside the ids.
    private const string Sql = $"""
        INSERT INTO ledger_outbox (due_at, transfer_id, debit_account, currency, debit_user, credit_user, conversation_id, sender_device, card)
        SELECT now() + $10, o.transfer_id, ($2)[o.i], ($8)[($3)[o.i]],
            nullif(($4)[o.i], {LedgerRow.NoId}), nullif(($5)[o.i], {LedgerRow.NoId}), nullif(($6)[o.i], {LedgerRow.NoId}), nullif(($7)[o.i], {LedgerRow.NoId}),
            o.card
        FROM (SELECT n.transfer_id, n.card, n.place::integer AS i FROM unnest($1, $9) WITH ORDINALITY AS n(transfer_id, card, place)) AS o
        RETURNING ctid
        """;

    private readonly Column<Guid> _transfers = new(NpgsqlDbType.Uuid);
    private readonly Column<Guid> _debits = new(NpgsqlDbType.Uuid);
    private readonly Column<short> _currencies = new(NpgsqlDbType.Smallint);
    private readonly Column<Guid> _payers = new(NpgsqlDbType.Uuid, Guid.Empty);
    private readonly Column<Guid> _payees = new(NpgsqlDbType.Uuid, Guid.Empty);
    private readonly Column<Guid> _conversations = new(NpgsqlDbType.Uuid, Guid.Empty);
    private readonly Column<Guid> _devices = new(NpgsqlDbType.Uuid, Guid.Empty);
    private readonly List<string> _codes = [];
    private readonly NpgsqlParameter<byte[]?[]?> _cards = new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea };
    private readonly RowStatement _statement;

    public OutboxStatement()
    {
        _statement = new RowStatement(Sql, _transfers, _debits, _currencies, _payers, _payees, _conversations, _devices);
        _statement.Command.Parameters.Add(
            new NpgsqlParameter<List<string>> { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text, TypedValue = _codes });
        _statement.Command.Parameters.Add(_cards);
        _statement.Command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = FreshNews.Lease });
    }

    public NpgsqlBatchCommand Fill(LedgerBatch batch)
    {
        _statement.Clear();
        _codes.Clear();
        _cards.TypedValue = null;
        for (int row = 0; row < batch.News.Count; row++)
        {
            (LedgerTransfer transfer, PaymentCard? card) = batch.News[row];
            _transfers.Add(SubjectOf(transfer).Value);
            _debits.Add(transfer.DebitAccount);
            _currencies.Add(PlaceOf(transfer.Debit.Currency));
            _payers.Add(PersonOf(transfer.Debit)?.Value ?? Guid.Empty);
            _payees.Add(PersonOf(transfer.Credit)?.Value ?? Guid.Empty);
            _conversations.Add(card?.Conversation ?? Guid.Empty);
            _devices.Add(card?.Device.Value ?? Guid.Empty);
            if (card is not null)
            {
                (_cards.TypedValue ??= new byte[]?[batch.News.Count])[row] = card.Payload;
            }
        }

        return _statement.Command;
    }

    /// <summary>
    /// The rows as they were inserted, with where they lie: the statement inserts them in the order of its arrays and returns them in the order in which it
    /// inserts.
    /// </summary>
    public static async Task<IReadOnlyList<OutboxRow>> ReadAsync(NpgsqlDataReader reader, LedgerBatch batch, CancellationToken cancellationToken)
    {
        OutboxRow[] rows = new OutboxRow[batch.News.Count];
        for (int row = 0; row < rows.Length; row++)
        {
            if (!await reader.ReadAsync(cancellationToken))
            {
                throw new InvalidOperationException("The outbox took fewer rows than it was given.");
            }

            (LedgerTransfer transfer, PaymentCard? card) = batch.News[row];
            rows[row] = new OutboxRow(
                OutboxRows.PlaceOf(reader.GetFieldValue<NpgsqlTid>(0)),
                SubjectOf(transfer),
                transfer.Debit.Currency,
                PersonOf(transfer.Debit),
                PersonOf(transfer.Credit),
                card);
        }

        return rows;
    }

    /// <summary>The transfer whose state changed: of a resolution, the pending one.</summary>
    private static TransferId SubjectOf(LedgerTransfer transfer) => transfer.Pending.IsEmpty ? transfer.Id : transfer.Pending;

    private static UserId? PersonOf(WalletKey wallet) => wallet.Kind == WalletKind.User ? new UserId(wallet.Owner) : null;

    /// <summary>Where a currency stands among the few of a batch, beginning with 1.</summary>
    private short PlaceOf(Currency currency)
    {
        int known = _codes.IndexOf(currency.Code);
        if (known < 0)
        {
            known = _codes.Count;
            _codes.Add(currency.Code);
        }

        return checked((short)(known + 1));
    }
}
