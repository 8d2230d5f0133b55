using XChat.Client.Accounts;
using XChat.Client.Delivery;
using XChat.Client.Store;
using XChat.Crypto.Transparency;
using XChat.Protocol.Transparency;

namespace XChat.Client.Transparency;

/// <summary>
/// Sees to it that the server shows this device the same keys as everybody else: every head has to continue the one before it, every key has to stand in
/// the log, and heads are compared with those that contacts saw.
/// </summary>
internal sealed partial class LogWitness(ProfileStore store, ServerSlot server, WarningLog warnings, Guid own, TimeProvider time) : IDisposable
{
    /// <summary>Heads follow each other, so that one proof at a time is asked for.</summary>
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>The newest head that was verified; null before the first contact.</summary>
    public SignedLogHead? Head => Known is { } known && SignedLogHead.TryDecode(known.SignedHead, out SignedLogHead? head) ? head : null;

    private StoredLogHead? Known => store.Read(transaction => transaction.Setting<StoredLogHead>(StoredLogHead.Setting));

    /// <summary>Holds a person's account key and device list against the log.</summary>
    /// <returns>False: the log knows a later device list, so the account has to be read again.</returns>
    /// <exception cref="XChatException"><see cref="ClientErrorReason.Security"/>: the log says otherwise, or is not to be trusted.</exception>
    public async Task<bool> CheckAsync(StoredPerson person, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            LookUpStatementRequest request = new(person.Handle, person.ListVersion, Head?.Head.Size ?? 0);
            LookUpStatementResult answer = await server.CallAsync(hub => hub.LookUpStatement(request), cancellationToken);
            LogHead head = await AdvanceAsync(answer.Head, cancellationToken);
            return Judge(person, answer, head) == StatementVerdict.Same;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private StatementVerdict Judge(StoredPerson person, LookUpStatementResult answer, LogHead head)
    {
        if (answer.Status != LookUpStatementStatus.Found)
        {
            throw Refuse(SecurityWarningKind.KeyNotLogged, person.User, $"The key log of the server says nothing about @{person.Handle}.");
        }

        LookupProof proof = new(answer.Index, answer.Inclusion, answer.Path);
        if (!proof.Verify(head, person.Handle, answer.Statement, out AccountStatement? statement))
        {
            throw Refuse(SecurityWarningKind.LogForked, person.User, $"The server did not prove what its key log says about @{person.Handle}.");
        }

        StatementVerdict verdict = LogRules.Judge(statement, person);
        return (verdict, person.User == own) switch
        {
            (StatementVerdict.Same or StatementVerdict.Newer, _) => verdict,
            (_, true) => throw Refuse(
                SecurityWarningKind.OwnKeyForged, own,
                "The key log shows others a key for your handle that is not yours: the server or someone with access to it may be impersonating you."),
            (StatementVerdict.OtherAccount, _) => throw Refuse(
                SecurityWarningKind.KeyNotLogged, person.User,
                $"The server shows you another account key of @{person.Handle} than its key log shows everybody."),
            _ => throw Refuse(
                SecurityWarningKind.KeyNotLogged, person.User, $"The server shows you a device list of @{person.Handle} that is not in its key log."),
        };
    }

    /// <summary>Verifies a head and makes it the newest known one.</summary>
    private async Task<LogHead> AdvanceAsync(LogHeadView view, CancellationToken cancellationToken)
    {
        StoredLogHead? known = Known;
        LogHead? before = Head?.Head;
        if (!SignedLogHead.TryDecode(view.SignedHead, out SignedLogHead? head) || await KeyOfAsync(head, known, cancellationToken) is not { } key)
        {
            throw Refuse(SecurityWarningKind.LogForked, Guid.Empty, "The head of the server's key log is not signed by the key that this device knows.");
        }

        switch (LogRules.Judge(before, head.Head, view.Consistency, time.GetUtcNow().ToUnixTimeMilliseconds()))
        {
            case HeadVerdict.RolledBack:
                throw Refuse(
                    SecurityWarningKind.LogRolledBack, Guid.Empty,
                    $"The server's key log went back: this device has seen {before!.Size} statements of it, now there are {head.Head.Size}.");
            case HeadVerdict.Forked:
                throw Refuse(
                    SecurityWarningKind.LogForked, Guid.Empty,
                    $"The server's key log of {head.Head.Size} statements does not continue the one of {before!.Size} that this device has seen.");
            case HeadVerdict.Stale:
                throw Refuse(
                    SecurityWarningKind.LogRolledBack, Guid.Empty,
                    "The head of the server's key log is more than a day old: the server hides what came later, or the clock of this device is wrong.");
        }

        if (before is null || head.Head.Size > before.Size || head.Head.TimeMs - before.TimeMs > LogRules.OldestHead.TotalMilliseconds / 2
            || head.KeyNumber != known!.KeyNumber)
        {
            store.Write(transaction => transaction.PutSetting(
                StoredLogHead.Setting, StoredLogHead.After(known, key.Number, key.PublicKey, view.SignedHead)));
        }

        return head.Head;
    }

    /// <summary>The key that signed a head, if it can be reached from the pinned one; at first contact any that signs for itself.</summary>
    private async Task<LogKey?> KeyOfAsync(SignedLogHead head, StoredLogHead? known, CancellationToken cancellationToken)
    {
        if (known is not null && head.KeyNumber == known.KeyNumber)
        {
            return head.Verify(known.PublicKey) ? new LogKey(known.KeyNumber, known.PublicKey, []) : null;
        }

        GetLogKeysResult listed = await server.CallAsync(hub => hub.GetLogKeys(known?.KeyNumber ?? 1), cancellationToken);
        LogKey[] keys = [.. listed.Keys.Select(key => new LogKey(key.Number, key.PublicKey, key.Endorsement))];
        LogKey? trusted = known is null ? Array.Find(keys, key => key.Number == 1) : new LogKey(known.KeyNumber, known.PublicKey, []);
        return trusted is not null && LogKey.Follow(trusted, head.KeyNumber, keys) is { } key && head.Verify(key.PublicKey) ? key : null;
    }

    private XChatException Refuse(SecurityWarningKind kind, Guid user, string text)
    {
        warnings.Raise(kind, user, Guid.Empty, text);
        return new XChatException(ClientErrorReason.Security, $"{text} Nothing was sent. Ask the person on another channel before you go on.");
    }
}
