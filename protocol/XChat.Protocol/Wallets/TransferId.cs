namespace XChat.Protocol.Wallets;

/// <summary>
/// A movement of money, or a command that makes some. Chosen by whoever orders it and saved before the first send, so that a retry is
/// recognised. The default value is <see cref="Empty"/> and never names anything.
/// </summary>
public readonly record struct TransferId(Guid Value)
{
    /// <summary>The value that names nothing.</summary>
    public static TransferId Empty => default;

    /// <summary>Makes a new identifier whose order follows its time of creation (UUID version 7).</summary>
    public static TransferId New() => new(Guid.CreateVersion7());

    /// <summary>Whether this is <see cref="Empty"/>.</summary>
    public bool IsEmpty => Value == Guid.Empty;

    /// <summary>The lower-case hyphenated UUID, as it stands on the wire.</summary>
    public override string ToString() => Value.ToString("D");
}
