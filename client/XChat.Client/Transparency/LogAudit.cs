using XChat.Client.Delivery;
using XChat.Crypto.Transparency;
using XChat.Protocol.Transparency;

namespace XChat.Client.Transparency;

/// <summary>What an audit of the key log found. <c>Problems</c> is empty when the log is what it claims to be.</summary>
public sealed record AuditReport(long Statements, int Handles, int KeyNumber, IReadOnlyList<string> Problems)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool Passed => Problems.Count == 0;
}

/// <summary>Replays the whole key log and recomputes what the server signed.</summary>
internal sealed class LogAudit(AccountEndpoints endpoints, StoredLogHead? known)
{
    private readonly KeyLog _log = new();
    private readonly Dictionary<string, (Guid User, byte[] AccountKey)> _accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, string> _handles = [];
    private readonly List<string> _problems = [];

    public async Task<AuditReport> RunAsync(CancellationToken cancellationToken)
    {
        GetLogKeysResult listed = await endpoints.LogKeysAsync(cancellationToken);
        LogHeadView view = await endpoints.LogHeadAsync(0, cancellationToken);
        if (!SignedLogHead.TryDecode(view.SignedHead, out SignedLogHead? head))
        {
            return new AuditReport(0, 0, 0, ["The head cannot be read."]);
        }

        CheckSignature(head, [.. listed.Keys.Select(key => new LogKey(key.Number, key.PublicKey, key.Endorsement))]);
        await ReplayAsync(head.Head.Size, cancellationToken);
        if (_problems.Count == 0 && !_log.Head(_log.State, head.Head.TimeMs).SameLog(head.Head))
        {
            _problems.Add($"The roots over {head.Head.Size} statements are not those that the server signed.");
        }

        return new AuditReport(_log.State.Size, _accounts.Count, head.KeyNumber, _problems);
    }

    private void CheckSignature(SignedLogHead head, LogKey[] keys)
    {
        LogKey? trusted = known is null ? Array.Find(keys, key => key.Number == 1) : new LogKey(known.KeyNumber, known.PublicKey, []);
        if (trusted is null || LogKey.Follow(trusted, head.KeyNumber, keys) is not { } key || !head.Verify(key.PublicKey))
        {
            _problems.Add(known is null ? "The head is not signed by a key of the server." : "The head is not signed by the key that this device knows.");
        }
    }

    private async Task ReplayAsync(long size, CancellationToken cancellationToken)
    {
        ILookup<long, LogHead> seen = Seen().ToLookup(head => head.Size);
        if (seen.Any(heads => heads.Key > size))
        {
            _problems.Add($"The log has {size} statements; this device has seen {seen.Max(heads => heads.Key)}.");
        }

        while (_log.State.Size < size)
        {
            LogPage page = await endpoints.LogPageAsync(_log.State.Size, cancellationToken);
            if (page.Statements.Count == 0)
            {
                _problems.Add($"The log ends at {_log.State.Size}, its head says {size}.");
                return;
            }

            foreach (byte[] statement in page.Statements.Take((int)Math.Min(size - _log.State.Size, page.Statements.Count)))
            {
                if (!Take(statement))
                {
                    return;
                }

                if (seen[_log.State.Size].Any(head => !_log.Head(_log.State, head.TimeMs).SameLog(head)))
                {
                    _problems.Add($"The first {_log.State.Size} statements, or the map over them, are not those that this device has seen.");
                }
            }
        }
    }

    /// <summary>The heads that this device has seen. Their signatures were verified then.</summary>
    private IEnumerable<LogHead> Seen()
    {
        foreach (byte[] bytes in known is null ? [] : known.Seen ?? [known.SignedHead])
        {
            if (SignedLogHead.TryDecode(bytes, out SignedLogHead? signed))
            {
                yield return signed.Head;
            }
        }
    }

    private bool Take(byte[] statement)
    {
        if (_log.Append(statement) is { } fault)
        {
            _problems.Add($"Statement {_log.State.Size}: {fault}");
            return false;
        }

        _ = AccountStatement.TryDecode(statement, out AccountStatement? read);
        if (!_accounts.TryAdd(read!.Label, (read.User, read.AccountKey)) && !Follows(read, _accounts[read.Label]))
        {
            _problems.Add(
                $"Statement {_log.State.Size - 1}: @{read.Label} is another account than before, or has another account key that the one before did not sign.");
        }

        _accounts[read.Label] = (read.User, read.AccountKey);

        if (!_handles.TryAdd(read.User, read.Label) && _handles[read.User] != read.Label)
        {
            _problems.Add($"Statement {_log.State.Size - 1}: @{read.Label} is the account of @{_handles[read.User]}.");
        }

        return true;
    }

    private static bool Follows(AccountStatement statement, (Guid User, byte[] AccountKey) before) => statement.User == before.User
        && (statement.AccountKey.AsSpan().SequenceEqual(before.AccountKey) ? statement.Succession is null : statement.Succeeds(before.AccountKey));
}
