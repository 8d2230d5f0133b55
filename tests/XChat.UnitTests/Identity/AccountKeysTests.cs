using XChat.Crypto.Identity;

namespace XChat.UnitTests.Identity;

/// <summary>One root secret gives every key of an account, always the same.</summary>
public sealed class AccountKeysTests
{
    private static readonly byte[] Root = [.. Enumerable.Range(0, AccountKeys.RootSize).Select(index => (byte)index)];

    [Fact]
    public void The_root_brings_every_key_back()
    {
        using AccountKeys first = AccountKeys.Generate();
        using AccountKeys again = AccountKeys.FromRoot(first.ExportRoot());

        Assert.Equal(first.PublicKey, again.PublicKey);
        Assert.Equal(first.BackupKey(), again.BackupKey());
    }

    [Fact]
    public void The_keys_of_a_root_never_change_between_versions()
    {
        using AccountKeys keys = AccountKeys.FromRoot(Root);

        Assert.Equal("c4074e99f475a8205992f8e576a73c173230738b7225806f8c35c5c89a0061c5", Convert.ToHexStringLower(keys.PublicKey));
        Assert.Equal("fdec7cc18787f570c7b6e8a14235d7cff3a8b2f4fe258ad7117033863bbb0be8", Convert.ToHexStringLower(keys.BackupKey()));
    }

    [Fact]
    public void Accounts_and_purposes_have_keys_of_their_own()
    {
        using AccountKeys one = AccountKeys.Generate();
        using AccountKeys other = AccountKeys.Generate();

        byte[][] all = [one.PublicKey, one.BackupKey(), one.ExportRoot(), other.PublicKey, other.BackupKey(), other.ExportRoot()];
        Assert.Equal(all.Length, all.Select(Convert.ToHexString).Distinct().Count());
        Assert.All(all, key => Assert.Equal(32, key.Length));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void A_root_of_another_length_is_refused(int length)
    {
        Assert.Throws<ArgumentException>(() => AccountKeys.FromRoot(new byte[length]));
    }

    [Fact]
    public void Erased_keys_sign_and_tell_nothing()
    {
        AccountKeys keys = AccountKeys.Generate();
        keys.Dispose();

        Assert.Throws<ObjectDisposedException>(() => keys.ExportRoot());
        Assert.Throws<ObjectDisposedException>(() => keys.BackupKey());
        Assert.Throws<ObjectDisposedException>(() => keys.Sign(DeviceListTests.ListOf(1)));
    }
}
