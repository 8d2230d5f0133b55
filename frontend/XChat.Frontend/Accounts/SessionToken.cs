using System.Buffers.Text;

using XChat.GrainInterfaces.Accounts;
using XChat.Protocol.Accounts;

namespace XChat.Frontend.Accounts;

/// <summary>
/// A session token names its owner, so that any frontend finds the grain that verifies it: base64url of the user id, the device id (both
/// big-endian) and 32 secret bytes.
/// </summary>
internal static class SessionToken
{
    private const int Bytes = 16 + 16 + 32;
    private const int Characters = ((Bytes * 4) + 2) / 3;

    /// <summary>Reads the owner that a token claims. Whether the claim is true only the owner's grain knows.</summary>
    public static bool TryReadOwner(string token, out Caller owner)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        owner = default;
        if (token.Length != Characters || !Base64Url.TryDecodeFromChars(token, bytes, out int written) || written != Bytes)
        {
            return false;
        }

        owner = new Caller(
            new UserId(new Guid(bytes[..16], bigEndian: true)),
            new DeviceId(new Guid(bytes[16..32], bigEndian: true)));
        return !owner.User.IsEmpty && !owner.Device.IsEmpty;
    }
}
