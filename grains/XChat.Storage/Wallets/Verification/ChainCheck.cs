using System.Globalization;
using System.Runtime.CompilerServices;

using Npgsql;

using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets;
using XChat.Protocol.Wallets;
using XChat.Storage.Conversations;

namespace XChat.Storage.Wallets.Verification;

/// <summary>Walks the hash chain of every account: an edited, missing or inserted transfer makes it break there.</summary>
internal sealed class ChainCheck : ILedgerCheck
{
    private const string Sql = """
        SELECT a.account_id, a.seq, a.chain_hash, t.seq, t.transfer_id, t.command_id, t.credit_account, t.kind, t.reason, t.currency, t.amount,
            t.pending_id, t.reserved, t.expires_at, t.reference, t.conversation_id, t.created_at, t.prev_hash
        FROM ledger_account AS a
        LEFT JOIN ledger_transfer AS t ON t.debit_account = a.account_id
        ORDER BY a.account_id, t.seq
        """;

    public string Name => "chain";

    public string Rule =>
        "The debits of an account are numbered from 1 without gaps; each carries the hash over the one before it, and the account that over the last.";

    public async IAsyncEnumerable<string> FindAsync(NpgsqlConnection snapshot, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(Sql, snapshot) { CommandTimeout = 0 };
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        Chain? chain = null;
        while (await row.ReadAsync(cancellationToken))
        {
            if (chain?.Account != row.GetGuid(0))
            {
                if (chain?.End() is { } end)
                {
                    yield return end;
                }

                chain = new Chain(row.GetGuid(0), row.GetInt64(1), row.GetFieldValue<byte[]>(2));
            }

            if (!row.IsDBNull(3) && chain.Next(Read(row)) is { } broken)
            {
                yield return broken;
            }
        }

        if (chain?.End() is { } last)
        {
            yield return last;
        }
    }

    private static LedgerTransfer Read(NpgsqlDataReader row) => new()
    {
        Id = new TransferId(row.GetGuid(4)),
        Command = new TransferId(row.GetGuid(5)),
        // The hash covers the accounts and the currency; whose they are follows from the accounts.
        Debit = new WalletKey(default, default, new Currency(row.GetString(9))),
        DebitAccount = row.GetGuid(0),
        Seq = row.GetInt64(3),
        Credit = default,
        CreditAccount = row.GetGuid(6),
        Kind = (TransferKind)row.GetInt16(7),
        Reason = (TransferReason)row.GetInt16(8),
        MinorUnits = row.GetInt64(10),
        Pending = new TransferId(row.IsDBNull(11) ? Guid.Empty : row.GetGuid(11)),
        Reserved = row.IsDBNull(12) ? 0 : row.GetInt64(12),
        ExpiresAtMs = row.IsDBNull(13) ? 0 : EntryRow.UnixMs(row.GetDateTime(13)),
        Reference = row.IsDBNull(14) ? Guid.Empty : row.GetGuid(14),
        Conversation = row.IsDBNull(15) ? Guid.Empty : row.GetGuid(15),
        TimeMs = EntryRow.UnixMs(row.GetDateTime(16)),
        PreviousHash = row.GetFieldValue<byte[]>(17),
    };

    private sealed class Chain(Guid account, long seq, byte[] head)
    {
        private long _seq;
        private long _timeMs;
        private byte[] _hash = TransferChain.Genesis;

        public Guid Account => account;

        public string? Next(LedgerTransfer transfer)
        {
            string? problem = transfer.Seq != _seq + 1
                ? Say(transfer.Seq, $"follows {_seq}")
                : !transfer.PreviousHash.AsSpan().SequenceEqual(_hash) ? Say(transfer.Seq, "does not carry the hash of the one before it")
                : transfer.TimeMs < _timeMs ? Say(transfer.Seq, "is older than the one before it")
                : null;
            (_seq, _timeMs, _hash) = (transfer.Seq, transfer.TimeMs, TransferChain.HashOf(transfer));
            return problem;
        }

        public string? End() => seq != _seq
            ? string.Create(CultureInfo.InvariantCulture, $"account {account}: its chain ends at {_seq}, the account says {seq}")
            : head.AsSpan().SequenceEqual(_hash) ? null
            : string.Create(CultureInfo.InvariantCulture, $"account {account}: the hash over its last transfer ({_seq}) is not the account's");

        private string Say(long place, string what) => string.Create(CultureInfo.InvariantCulture, $"account {account}, transfer {place} {what}");
    }
}
