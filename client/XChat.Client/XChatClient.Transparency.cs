using XChat.Client.Delivery;
using XChat.Client.Transparency;

namespace XChat.Client;

/// <summary>The key log.</summary>
public sealed partial class XChatClient
{
    /// <summary>
    /// Reads the server's whole key log, recomputes what the server signed, and holds it against the head that this profile has seen, if it has seen one.
    /// Needs no account.
    /// </summary>
    /// <exception cref="XChatException">The server cannot be reached.</exception>
    public async Task<AuditReport> AuditAsync(CancellationToken cancellationToken = default)
    {
        _endpoints ??= new AccountEndpoints(RequireServer());
        StoredLogHead? known = _store.Read(transaction => transaction.Setting<StoredLogHead>(StoredLogHead.Setting));
        return await new LogAudit(_endpoints, known).RunAsync(cancellationToken);
    }
}
