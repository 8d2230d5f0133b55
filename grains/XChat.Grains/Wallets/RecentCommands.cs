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
/// two collections, and each reference to it would make them look through the old objects around.
/// </remarks>
internal sealed class RecentCommands(int capacity)
{
    private RecentCommand[] _ring = [];
    private int _count;
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
        if (_count < capacity)
        {
            if (_count == _ring.Length)
            {
                Array.Resize(ref _ring, Math.Min(capacity, Math.Max(1, _count * 2)));
            }

            _count++;
        }

        _ring[_next] = new RecentCommand(decided);
        _next = (_next + 1) % capacity;
    }
}
