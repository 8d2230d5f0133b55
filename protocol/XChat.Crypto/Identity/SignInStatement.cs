using NSec.Cryptography;

using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Identity;

/// <summary>
/// What a device signs to sign in: the server's challenge together with who it claims to be. The label keeps the signature apart from
/// everything else that the device key signs.
/// </summary>
public static class SignInStatement
{
    /// <summary>Longest challenge that is signed, bytes.</summary>
    public const int MaxChallengeBytes = 64;

    private const string Label = "XChat 1.0 sign-in";

    /// <summary>Signs a challenge.</summary>
    /// <param name="deviceKey">The device's Ed25519 key.</param>
    /// <param name="user">The account.</param>
    /// <param name="device">The device.</param>
    /// <param name="challenge">The server's challenge, 1 to <see cref="MaxChallengeBytes"/> bytes.</param>
    /// <returns>64 bytes.</returns>
    /// <exception cref="ArgumentException">The challenge is empty or too long: no honest server sends such a one.</exception>
    public static byte[] Sign(Key deviceKey, Guid user, Guid device, ReadOnlySpan<byte> challenge)
    {
        ArgumentNullException.ThrowIfNull(deviceKey);
        return IsChallenge(challenge)
            ? LabelledSignature.Sign(deviceKey, Label, Encode(user, device, challenge))
            : throw new ArgumentException($"A challenge has 1 to {MaxChallengeBytes} bytes, not {challenge.Length}.", nameof(challenge));
    }

    /// <summary>Whether a signature is the device's over this challenge. Never throws on foreign bytes.</summary>
    public static bool Verify(ReadOnlySpan<byte> deviceKey, Guid user, Guid device, ReadOnlySpan<byte> challenge, ReadOnlySpan<byte> signature) =>
        IsChallenge(challenge) && LabelledSignature.Verify(deviceKey, Label, Encode(user, device, challenge), signature);

    private static bool IsChallenge(ReadOnlySpan<byte> challenge) => challenge.Length is > 0 and <= MaxChallengeBytes;

    private static byte[] Encode(Guid user, Guid device, ReadOnlySpan<byte> challenge)
    {
        TlsWriter writer = new();
        writer.Raw(MemberIdentity.Encode(user, device));
        writer.Bytes(challenge);
        return writer.ToArray();
    }
}
