using XChat.Crypto.Identity;

namespace XChat.UnitTests.Identity;

/// <summary>The MLS identity of a device says whose it is.</summary>
public sealed class MemberIdentityTests
{
    private static readonly Guid User = new("00112233-4455-6677-8899-aabbccddeeff");
    private static readonly Guid Device = new("01020304-0506-0708-090a-0b0c0d0e0f10");

    [Fact]
    public void It_is_both_identifiers_as_they_are_written()
    {
        Assert.Equal(
            "00112233445566778899aabbccddeeff" + "0102030405060708090a0b0c0d0e0f10",
            Convert.ToHexStringLower(MemberIdentity.Encode(User, Device)));
    }

    [Fact]
    public void It_reads_as_it_was_written()
    {
        Assert.True(MemberIdentity.TryDecode(MemberIdentity.Encode(User, Device), out Guid user, out Guid device));
        Assert.Equal((User, Device), (user, device));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Another_length_is_refused(int length)
    {
        Assert.False(MemberIdentity.TryDecode([.. Enumerable.Repeat((byte)1, length)], out _, out _));
    }

    [Fact]
    public void Identifiers_that_name_nothing_are_refused()
    {
        Assert.False(MemberIdentity.TryDecode(MemberIdentity.Encode(Guid.Empty, Device), out _, out _));
        Assert.False(MemberIdentity.TryDecode(MemberIdentity.Encode(User, Guid.Empty), out _, out _));
    }
}
