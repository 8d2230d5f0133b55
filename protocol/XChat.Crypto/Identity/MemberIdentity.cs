namespace XChat.Crypto.Identity;

/// <summary>The identity in the MLS basic credential of a device's leaf (RFC 9420 section 5.3): user and device, 16 bytes each, big-endian.</summary>
public static class MemberIdentity
{
    /// <summary>Bytes of an identity.</summary>
    public const int Size = 32;

    private const int IdSize = 16;

    /// <summary>The identity of a device.</summary>
    public static byte[] Encode(Guid user, Guid device) => [.. user.ToByteArray(bigEndian: true), .. device.ToByteArray(bigEndian: true)];

    /// <summary>The inverse of <see cref="Encode"/>; false for other lengths and for the empty identifiers, which name nothing.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> identity, out Guid user, out Guid device)
    {
        bool complete = identity.Length == Size;
        user = complete ? new Guid(identity[..IdSize], bigEndian: true) : Guid.Empty;
        device = complete ? new Guid(identity[IdSize..], bigEndian: true) : Guid.Empty;
        return user != Guid.Empty && device != Guid.Empty;
    }
}
