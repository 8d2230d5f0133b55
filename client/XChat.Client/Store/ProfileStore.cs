using System.Security.Cryptography;

using Microsoft.Data.Sqlite;

namespace XChat.Client.Store;

/// <summary>
/// What a device keeps between runs: one SQLite file, every change durable before it returns. Safe for concurrent use; transactions run one at a
/// time and are short.
/// </summary>
internal sealed class ProfileStore : IDisposable
{
    private readonly ProfileFolder _folder;
    private readonly SqliteConnection _connection;
    private readonly ValueCipher _cipher;
    private readonly Lock _turn = new();

    private ProfileStore(ProfileFolder folder, SqliteConnection connection, ValueCipher cipher) =>
        (_folder, _connection, _cipher) = (folder, connection, cipher);

    public string Folder => _folder.Path;

    public static ProfileStore Open(string path)
    {
        ProfileFolder folder = ProfileFolder.Open(path);
        SqliteConnection? connection = null;
        try
        {
            byte[] key = folder.ReadOrCreateKey();
            ValueCipher cipher = new(key);
            CryptographicOperations.ZeroMemory(key);
            connection = new SqliteConnection(
                new SqliteConnectionStringBuilder { DataSource = folder.DatabasePath, Pooling = false }.ConnectionString);
            connection.Open();
            StoreSchema.Apply(connection);
            return new ProfileStore(folder, connection, cipher);
        }
        catch (Exception problem)
        {
            connection?.Dispose();
            folder.Dispose();
            if (problem is SqliteException)
            {
                throw new XChatException(
                    ClientErrorReason.ProfileDamaged, $"The profile database {folder.DatabasePath} cannot be read: {problem.Message}", problem);
            }

            throw;
        }
    }

    /// <summary>Reads a consistent state.</summary>
    public T Read<T>(Func<StoreTransaction, T> read)
    {
        lock (_turn)
        {
            using SqliteTransaction transaction = _connection.BeginTransaction(deferred: true);
            return read(new StoreTransaction(transaction, _cipher));
        }
    }

    /// <summary>Changes everything that the action changes, or nothing. On return it is on the disk.</summary>
    public void Write(Action<StoreTransaction> write)
    {
        lock (_turn)
        {
            using SqliteTransaction transaction = _connection.BeginTransaction();
            write(new StoreTransaction(transaction, _cipher));
            transaction.Commit();
        }
    }

    public void Dispose()
    {
        lock (_turn)
        {
            _connection.Dispose();
            _cipher.Dispose();
            _folder.Dispose();
        }
    }
}
