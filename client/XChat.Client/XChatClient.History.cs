using XChat.Client.History;

namespace XChat.Client;

/// <summary>The history of the account: what its devices keep for each other, encrypted, and files of it.</summary>
public sealed partial class XChatClient
{
    private const int FirstPages = 8;

    private HistorySync? _history;
    private HistoryWatch? _historyWatch;

    private HistorySync History => _history ?? throw NotRegistered();

    /// <summary>
    /// Reads what other devices of the account have kept and this one does not have, and keeps what they do not have. Happens by itself while connected; a
    /// new device begins with the newest.
    /// </summary>
    /// <exception cref="XChatException">The server cannot be reached, or what it has is not what this device has seen of it.</exception>
    public Task<HistoryReport> SyncHistoryAsync(CancellationToken cancellationToken = default) =>
        History.RunAsync(append: true, int.MaxValue, cancellationToken);

    /// <summary>Writes all conversations of this device into a new file, encrypted under a passphrase. Messages that disappear are left out.</summary>
    /// <returns>How many messages it holds.</returns>
    /// <exception cref="XChatException">The passphrase is empty, or the file cannot be written.</exception>
    public async Task<int> ExportHistoryAsync(string path, string passphrase, CancellationToken cancellationToken = default)
    {
        RequirePassphrase(passphrase);
        try
        {
            return await HistoryFile.WriteAsync(_store, Context.Device.User, path, passphrase, cancellationToken);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new XChatException(ClientErrorReason.InvalidInput, $"{path} cannot be written: {problem.Message}", problem);
        }
    }

    /// <summary>Takes over what a file of <see cref="ExportHistoryAsync"/> has and this device does not.</summary>
    /// <returns>How many messages came in.</returns>
    /// <exception cref="XChatException">The file is another account's, damaged, or the passphrase is wrong: nothing was taken over.</exception>
    public async Task<int> ImportHistoryAsync(string path, string passphrase, CancellationToken cancellationToken = default)
    {
        RequirePassphrase(passphrase);
        Guid own = Context.Device.User;
        IReadOnlyList<HistoryContent> contents;
        try
        {
            contents = await HistoryFile.ReadAsync(own, path, passphrase, cancellationToken);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new XChatException(ClientErrorReason.InvalidInput, $"{path} cannot be read: {problem.Message}", problem);
        }

        int restored = 0;
        foreach (HistoryContent content in contents)
        {
            _store.Write(transaction => restored += HistoryRestore.Import(transaction, content, own));
        }

        return restored;
    }

    private static void RequirePassphrase(string passphrase)
    {
        if (string.IsNullOrWhiteSpace(passphrase))
        {
            throw new XChatException(ClientErrorReason.InvalidInput, "A history file needs a passphrase: whoever has both reads all of it.");
        }
    }

    /// <summary>What is new is kept; whatever keeps it from that is tried again with the next connection.</summary>
    private async Task KeepHistoryAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Context.Server.Connected)
            {
                _ = await History.RunAsync(append: true, int.MaxValue, cancellationToken);
            }
        }
        catch (XChatException problem)
        {
            // What looks like an attack is a warning already.
            _feed.Publish(new Delivery.WorkFailed(Guid.Empty, problem));
        }
    }

    /// <summary>A new device has the newest part of the history before it comes into conversations; the rest follows by itself.</summary>
    private async Task RestoreFirstAsync(CancellationToken cancellationToken)
    {
        if (!History.IsFresh)
        {
            return;
        }

        try
        {
            _ = await History.RunAsync(append: false, FirstPages, cancellationToken);
        }
        catch (XChatException problem) when (problem.Reason is not ClientErrorReason.ServerUnreachable)
        {
            // The device works without; what looks like an attack is a warning already.
            _feed.Publish(new Delivery.WorkFailed(Guid.Empty, problem));
        }
    }
}
