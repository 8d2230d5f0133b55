using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets;

/// <summary>What was decided about a command.</summary>
internal readonly struct RecentCommand(DecidedCommand decided)
{
    private readonly HashValue _payloadHash = HashValue.Of(decided.PayloadHash);

    public TransferId Id { get; } = decided.Id;

    public WalletStatus Decision { get; } = decided.Outcome;

    public long Seq { get; } = decided.Seq;

    public long TimeMs { get; } = decided.TimeMs;

    public long ExpiresAtMs { get; } = decided.ExpiresAtMs;

    /// <summary>A new copy, 32 bytes.</summary>
    public byte[] GetPayloadHash() => ((ReadOnlySpan<byte>)_payloadHash).ToArray();
}

/// <summary>The last commands of a wallet, oldest forgotten first. It spares a retry the way to the ledger, which is the truth.</summary>
/// <remarks>
/// One array of values that point to nothing. A silo has many wallets that pay rarely: each object that a wallet kept of its last payment would be copied by
/// two collections, and each reference to it would make them look through the old objects around. Nor does the array grow for a wallet that pays now and
/// then, as each larger one would be copied as well: it grows only for what it would else forget within <see cref="RetryWindowMs"/>, in which retries come.
/// A later one costs a transaction that is refused, and gets its answer from the ledger.
/// </remarks>
/// <param name="capacity">Most commands, also of a wallet that is busier than that.</param>
internal sealed class RecentCommands(int capacity)
{
    /// <summary>How long after a command its caller may be expected to repeat it, ms: a call waits and is tried again for seconds.</summary>
    public const long RetryWindowMs = 30_000;

    /// <summary>What a wallet has room for from its first command on.</summary>
    public const int FirstRoom = 4;

    private RecentCommand[] _ring = [];
    private int _count;

    // Where the next one goes, and with a full ring the oldest is.
    private int _next;

    /// <summary>Finds a command. A no proves nothing: the ledger may know it from before.</summary>
    public RecentCommand? Find(TransferId command)
    {
        for (int place = 0; place < _count; place++)
        {
            if (_ring[place].Id == command)
            {
                return _ring[place];
            }
        }

        return null;
    }

    public void Add(DecidedCommand decided)
    {
        if (_count == _ring.Length && _count < capacity && (_count == 0 || decided.TimeMs - _ring[_next].TimeMs < RetryWindowMs))
        {
            Grow();
        }

        _ring[_next] = new RecentCommand(decided);
        _next = (_next + 1) % _ring.Length;
        _count = Math.Min(_count + 1, _ring.Length);
    }

    /// <summary>Makes room behind all that is there, and lays that oldest first.</summary>
    private void Grow()
    {
        RecentCommand[] more = new RecentCommand[Math.Min(capacity, Math.Max(FirstRoom, 2 * _count))];
        _ring.AsSpan(_next).CopyTo(more);
        _ring.AsSpan(0, _next).CopyTo(more.AsSpan(_count - _next));
        (_ring, _next) = (more, _count);
    }
}
