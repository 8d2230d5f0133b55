using System.Security.Cryptography;

using NSec.Cryptography;

using XChat.Crypto.Identity;
using XChat.Crypto.Transparency;
using XChat.Protocol.Accounts;
using XChat.Protocol.Transparency;

namespace XChat.UnitTests.Client;

/// <summary>The key log of a <see cref="RuledServer"/>: a real one, of which a test can have two.</summary>
internal sealed class RuledKeyLog
{
    private readonly KeyLog _log = new();
    private readonly List<byte[]> _statements = [];
    private readonly Key _key;

    public RuledKeyLog(Key? key = null) =>
        _key = key ?? Key.Create(SignatureAlgorithm.Ed25519, new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport });

    /// <summary>Changes the signed head, for a server that signs lies.</summary>
    public Func<LogHead, LogHead> Lie { get; set; } = head => head;

    /// <summary>Answers from an earlier state of the log.</summary>
    public KeyLogState? Frozen { get; set; }

    public KeyLogState State => Frozen ?? _log.State;

    /// <summary>Another log with all that this one has, under the same key.</summary>
    public RuledKeyLog Fork()
    {
        RuledKeyLog fork = new(_key);
        _statements.ForEach(fork.Append);
        return fork;
    }

    /// <summary>An empty log under the same key.</summary>
    public RuledKeyLog Another() => new(_key);

    public void Add(AccountView view)
    {
        Assert.True(DeviceList.TryVerify(view.DeviceList, view.AccountKey, out DeviceList? list));
        KeySuccession? last = list.History?.Successions[^1];
        Add(view.Handle, view.User, view.AccountKey, list.Version, view.DeviceList, last?.Version == list.Version ? last.Signature : null);
    }

    public void Add(string handle, Guid user, byte[] accountKey, long version, byte[] deviceList, byte[]? succession = null)
    {
        LatestStatement? before = _log.State.Map.Find(AccountStatement.KeyOf(handle));
        if (before is null || before.Version < version)
        {
            Append(new AccountStatement(
                handle, user, accountKey, version, SHA256.HashData(deviceList), before?.StatementHash ?? AccountStatement.NoPrevious, succession).Encode());
        }
    }

    public LookUpStatementResult LookUp(LookUpStatementRequest request)
    {
        LogHeadView head = Head(request.FromSize);
        return _log.Prove(State, request.Handle) is { } proof
            ? new LookUpStatementResult(
                LookUpStatementStatus.Found, head, _statements[(int)proof.Index], proof.Index, proof.Inclusion, proof.Path)
            : new LookUpStatementResult(LookUpStatementStatus.NotLogged, head, [], 0, [], []);
    }

    public LogHeadView Head(long fromSize)
    {
        LogHead head = Lie(_log.Head(State, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()));
        return new LogHeadView(
            SignedLogHead.Sign(_key, 1, head).Encode(), fromSize <= State.Size ? _log.ProveConsistency(fromSize, State) : []);
    }

    public GetLogKeysResult Keys()
    {
        LogKey key = LogKey.First(_key);
        return new GetLogKeysResult([new LogKeyView(key.Number, key.PublicKey, key.Endorsement)]);
    }

    private void Append(byte[] statement)
    {
        Assert.Null(_log.Append(statement));
        _statements.Add(statement);
    }
}
