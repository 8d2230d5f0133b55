namespace XChat.Protocol.Accounts;

/// <summary>
/// A device of an account. Chosen by the device; unique within its account. The default value is <see cref="Empty"/> and never names
/// anything.
/// </summary>
public readonly record struct DeviceId(Guid Value)
{
    /// <summary>The value that names nothing.</summary>
    public static DeviceId Empty => default;

    /// <summary>Makes a new identifier whose order follows its time of creation (UUID version 7).</summary>
    public static DeviceId New() => new(Guid.CreateVersion7());

    /// <summary>Whether this is <see cref="Empty"/>.</summary>
    public bool IsEmpty => Value == Guid.Empty;

    /// <summary>The lower-case hyphenated UUID, as it stands on the wire.</summary>
    public override string ToString() => Value.ToString("D");
}
