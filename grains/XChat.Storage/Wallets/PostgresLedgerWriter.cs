using Npgsql;

using XChat.Grains.GroupCommit;
using XChat.Grains.Wallets;
using XChat.Grains.Wallets.GroupCommit;
using XChat.Storage.GroupCommit;

namespace XChat.Storage.Wallets;

/// <summary>Writes the ledger over one connection, as a role that may add to it and not change what is there.</summary>
internal sealed class PostgresLedgerWriter(NpgsqlDataSource database, KnownAccounts known, FreshNews news) : IChunkWriter<LedgerChunk>
{
    // The plans of the prepared statements outlive the time when the tables are small enough to be read as a whole.
    private readonly WriterConnection _connection = new(database, "SET enable_seqscan = off; SET ROLE xchat_ledger");
    private LedgerStatements? _statements;

    /// <inheritdoc/>
    public Task<BatchWrite> WriteAsync(IReadOnlyList<LedgerChunk> chunks, CancellationToken cancellationToken) => _connection.WriteAsync(
        async connection =>
        {
            if (_statements?.Connection != connection)
            {
                _statements = new LedgerStatements(connection);
            }

            LedgerBatch batch = new(chunks);
            await CreateUnknownAsync(_statements, batch.Accounts, cancellationToken);
            news.Add(await _statements.WriteAsync(batch, cancellationToken));
            return BatchWrite.Written;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ChunkStanding>> ExamineAsync(IReadOnlyList<LedgerChunk> chunks, CancellationToken cancellationToken)
    {
        // Whatever was taken for known may have been wrong: another database may answer since a restore.
        known.Forget();
        return _connection.ReadAsync(any => LedgerExamination.RunAsync(any, chunks, cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    /// <summary>An account of its own transaction: it comes with zeros, so that it stays when the batch does not do no harm.</summary>
    private async Task CreateUnknownAsync(LedgerStatements statements, AccountChanges changes, CancellationToken cancellationToken)
    {
        AccountChanges.Change[] unknown = known.FindUnknown(changes.All);
        if (unknown.Length > 0)
        {
            await statements.CreateAsync(unknown, cancellationToken);
            known.Add(unknown);
        }
    }
}
