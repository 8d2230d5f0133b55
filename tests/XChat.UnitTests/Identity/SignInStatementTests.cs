using NSec.Cryptography;

using XChat.Crypto.Identity;

namespace XChat.UnitTests.Identity;

/// <summary>A sign-in signature is good for one device, one account and one challenge.</summary>
public sealed class SignInStatementTests : IDisposable
{
    private static readonly Guid User = new("0197a000-0000-7000-8000-000000000001");
    private static readonly Guid Device = new("0197a000-0000-7000-8000-0000000000d1");
    private static readonly byte[] Challenge = [.. Enumerable.Range(100, 32).Select(value => (byte)value)];

    private readonly Key _key = Key.Create(SignatureAlgorithm.Ed25519);

    private byte[] PublicKeyBytes => _key.PublicKey.Export(KeyBlobFormat.RawPublicKey);

    public void Dispose() => _key.Dispose();

    [Fact]
    public void The_signature_of_the_device_verifies()
    {
        Assert.True(SignInStatement.Verify(PublicKeyBytes, User, Device, Challenge, SignInStatement.Sign(_key, User, Device, Challenge)));
    }

    [Fact]
    public void Nothing_of_it_can_be_exchanged()
    {
        byte[] signature = SignInStatement.Sign(_key, User, Device, Challenge);
        using Key other = Key.Create(SignatureAlgorithm.Ed25519);

        Assert.False(SignInStatement.Verify(PublicKeyBytes, Device, User, Challenge, signature));
        Assert.False(SignInStatement.Verify(PublicKeyBytes, Guid.Empty, Device, Challenge, signature));
        Assert.False(SignInStatement.Verify(PublicKeyBytes, User, Guid.Empty, Challenge, signature));
        Assert.False(SignInStatement.Verify(other.PublicKey.Export(KeyBlobFormat.RawPublicKey), User, Device, Challenge, signature));
        Assert.False(SignInStatement.Verify(PublicKeyBytes, User, Device, [.. Challenge, 0], signature));
        Assert.False(SignInStatement.Verify(PublicKeyBytes, User, Device, Challenge.AsSpan(1), signature));
    }

    [Fact]
    public void No_changed_byte_is_accepted()
    {
        byte[] signature = SignInStatement.Sign(_key, User, Device, Challenge);

        for (int index = 0; index < signature.Length; index++)
        {
            Assert.False(SignInStatement.Verify(PublicKeyBytes, User, Device, Challenge, Changed(signature, index)));
        }

        for (int index = 0; index < Challenge.Length; index++)
        {
            Assert.False(SignInStatement.Verify(PublicKeyBytes, User, Device, Changed(Challenge, index), signature));
        }
    }

    [Fact]
    public void Bytes_of_any_length_are_refused_without_an_exception()
    {
        foreach (int length in (int[])[0, 1, 31, 33, 63, 65, 1000])
        {
            Assert.False(SignInStatement.Verify(PublicKeyBytes, User, Device, Challenge, new byte[length]));
            Assert.False(SignInStatement.Verify(new byte[length], User, Device, Challenge, new byte[64]));
            Assert.False(SignInStatement.Verify(PublicKeyBytes, User, Device, new byte[length], new byte[64]));
        }
    }

    [Fact]
    public void A_device_signs_no_challenge_that_no_honest_server_sends()
    {
        Assert.Throws<ArgumentException>(() => SignInStatement.Sign(_key, User, Device, []));
        Assert.Throws<ArgumentException>(() => SignInStatement.Sign(_key, User, Device, new byte[SignInStatement.MaxChallengeBytes + 1]));
    }

    [Fact]
    public void A_signature_without_the_label_is_refused()
    {
        byte[] content = [.. MemberIdentity.Encode(User, Device), (byte)Challenge.Length, .. Challenge];

        Assert.False(SignInStatement.Verify(PublicKeyBytes, User, Device, Challenge, SignatureAlgorithm.Ed25519.Sign(_key, content)));
        Assert.True(SignInStatement.Verify(
            PublicKeyBytes, User, Device, Challenge, SignatureAlgorithm.Ed25519.Sign(_key, [.. "XChat 1.0 sign-in\0"u8, .. content])));
    }

    private static byte[] Changed(byte[] bytes, int index)
    {
        byte[] changed = [.. bytes];
        changed[index] ^= 1;
        return changed;
    }
}
