using System.Buffers.Text;
using System.Security.Cryptography;

using XChat.Crypto.Identity;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Accounts;

/// <summary>
/// A bearer token: base64url of user, device and 32 random bytes. The names in it say which grain to ask; only the random bytes, of which nothing
/// but a hash is kept, prove anything.
/// </summary>
public static class SessionToken
{
    private const int SecretSize = 32;
    private const int Size = MemberIdentity.Size + SecretSize;

    /// <summary>Makes a token.</summary>
    public static string Create(UserId user, DeviceId device) =>
        Base64Url.EncodeToString([.. MemberIdentity.Encode(user.Value, device.Value), .. RandomNumberGenerator.GetBytes(SecretSize)]);

    /// <summary>Reads what a token claims and the hash by which it is known. False: no token of ours.</summary>
    public static bool TryRead(string token, out UserId user, out DeviceId device, out byte[] hash)
    {
        (user, device, hash) = (default, default, []);
        Span<byte> bytes = stackalloc byte[Size];
        if (token.Length != Base64Url.GetEncodedLength(Size)
            || !Base64Url.IsValid(token)
            || !Base64Url.TryDecodeFromChars(token, bytes, out int written)
            || written != Size
            || !MemberIdentity.TryDecode(bytes[..MemberIdentity.Size], out Guid userValue, out Guid deviceValue))
        {
            return false;
        }

        (user, device, hash) = (new UserId(userValue), new DeviceId(deviceValue), SHA256.HashData(bytes));
        return true;
    }
}
