namespace XChat.Protocol.Accounts;

/// <summary>An account. Chosen by the client that registers it. The default value is <see cref="Empty"/> and never names anything.</summary>
public readonly record struct UserId(Guid Value)
{
    /// <summary>The value that names nothing.</summary>
    public static UserId Empty => default;

    /// <summary>Makes a new identifier whose order follows its time of creation (UUID version 7).</summary>
    public static UserId New() => new(Guid.CreateVersion7());

    /// <summary>Whether this is <see cref="Empty"/>.</summary>
    public bool IsEmpty => Value == Guid.Empty;

    /// <summary>The lower-case hyphenated UUID, as it stands on the wire.</summary>
    public override string ToString() => Value.ToString("D");
}
