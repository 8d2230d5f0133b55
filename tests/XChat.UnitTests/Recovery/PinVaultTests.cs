using System.Security.Cryptography;

using XChat.Crypto.Identity;
using XChat.Crypto.Recovery;

namespace XChat.UnitTests.Recovery;

/// <summary>A root secret behind a PIN, as client and realms see it, with nothing in between.</summary>
public sealed class PinVaultTests : IDisposable
{
    private static readonly PinCost Cheap = new(64, 1);

    private readonly AccountKeys _alice = AccountKeys.Generate();
    private readonly Guid[] _realms = [Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid()];

    public void Dispose() => _alice.Dispose();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(3, 5)]
    [InlineData(5, 5)]
    public void Any_threshold_of_realms_opens_with_the_right_pin_and_no_other(int threshold, int count)
    {
        (RecoveryStatement statement, IReadOnlyList<RealmDeposit> deposits) = Create("7391", threshold, count);

        Assert.Equal(_alice.ExportRoot(), Open(statement, deposits.Take(threshold), "7391"));
        Assert.Equal(_alice.ExportRoot(), Open(statement, deposits.TakeLast(threshold), "7391"));
        Assert.Null(Open(statement, deposits.Take(threshold), "7392"));
        using PinAttempt attempt = PinAttempt.Start(statement, "7391", Cheap);
        _ = Assert.Throws<ArgumentException>(() => attempt.Unlock([.. deposits.Take(threshold - 1).Select(deposit => Evaluate(attempt, deposit))]));
    }

    [Fact]
    public void A_realm_that_answers_with_another_share_is_found_out()
    {
        (RecoveryStatement statement, IReadOnlyList<RealmDeposit> deposits) = Create("7391", 2, 3);
        using PinAttempt attempt = PinAttempt.Start(statement, "7391", Cheap);
        ShareEvaluation good = Evaluate(attempt, deposits[0]);

        Assert.True(attempt.IsGenuine(good));
        Assert.False(attempt.IsGenuine(good with { Realm = _realms[1] }));
        Assert.False(attempt.IsGenuine(good with { Realm = Guid.NewGuid() }));
        Assert.False(attempt.IsGenuine(Evaluate(attempt, deposits[0] with { OprfShare = Oprf.GenerateKey() })));
        Assert.False(attempt.IsGenuine(good with { Proof = new byte[64] }));
        Assert.True(attempt.IsGenuine(Release(deposits[0])));
        Assert.False(attempt.IsGenuine(Release(deposits[0] with { ScalarShare = deposits[1].ScalarShare })));
        Assert.False(attempt.IsGenuine(Release(deposits[0] with { Ciphertext = new byte[PinVault.CiphertextSize] })));
    }

    [Fact]
    public void A_refresh_keeps_pin_and_secret_and_makes_the_shares_before_useless()
    {
        (RecoveryStatement before, IReadOnlyList<RealmDeposit> old) = Create("7391", 2, 3);
        (byte[] signed, IReadOnlyList<ShareShift> shifts) = PinVault.Refresh(_alice, before);
        Assert.True(RecoveryStatement.TryVerify(signed, _alice.PublicKey, out RecoveryStatement? after));
        RealmDeposit[] renewed = [.. old.Zip(shifts, (deposit, shift) => PinVault.Move(deposit, shift.OprfDelta, shift.ScalarDelta)!)];

        Assert.Equal((2u, before.Threshold), (after.Generation, after.Threshold));
        Assert.All(renewed, deposit => Assert.True(PinVault.Fits(after, deposit)));
        Assert.All(renewed, deposit => Assert.False(PinVault.Fits(before, deposit)));
        Assert.Equal(_alice.ExportRoot(), Open(after, renewed.Skip(1), "7391"));
        byte[] mixed = SecretSharing.Combine([new SecretShare(1, old[0].ScalarShare), new SecretShare(2, renewed[1].ScalarShare)]);
        Assert.NotEqual(SecretSharing.Combine([new SecretShare(1, renewed[0].ScalarShare), new SecretShare(2, renewed[1].ScalarShare)]), mixed);
        Assert.Null(PinVault.Move(old[0], new byte[31], new byte[32]));
        Assert.Null(PinVault.Move(old[0], Enumerable.Repeat((byte)0xFF, 32).ToArray(), new byte[32]));
    }

    [Fact]
    public void A_statement_is_the_accounts_or_nothing_and_no_bytes_break_its_reader()
    {
        (byte[] signed, _) = PinVault.Create(_alice, "7391", _realms[..3], 2, Cheap);
        using AccountKeys other = AccountKeys.Generate();

        Assert.True(RecoveryStatement.TryVerify(signed, _alice.PublicKey, out _));
        Assert.False(RecoveryStatement.TryVerify(signed, other.PublicKey, out _));
        Assert.False(RecoveryStatement.TryVerify([], _alice.PublicKey, out _));
        for (int length = 0; length < signed.Length; length++)
        {
            Assert.False(RecoveryStatement.TryVerify(signed.AsSpan(0, length), _alice.PublicKey, out _));
        }

        for (int i = 0; i < signed.Length; i++)
        {
            byte[] changed = [.. signed];
            changed[i] ^= 1;
            Assert.False(RecoveryStatement.TryVerify(changed, _alice.PublicKey, out _));
        }
    }

    [Fact]
    public void The_salt_follows_version_and_account_so_that_no_table_of_pins_serves_two()
    {
        byte[] version = RandomNumberGenerator.GetBytes(16);
        using StretchedPin one = StretchedPin.Of("7391", version, _alice.PublicKey, Cheap);
        using StretchedPin same = StretchedPin.Of("7391", version, _alice.PublicKey, Cheap);
        using StretchedPin otherVersion = StretchedPin.Of("7391", new byte[16], _alice.PublicKey, Cheap);
        using StretchedPin otherAccount = StretchedPin.Of("7391", version, new byte[32], Cheap);

        Assert.Equal(one.AccessKey, same.AccessKey);
        Assert.NotEqual(one.AccessKey, one.Seed);
        Assert.NotEqual(one.AccessKey, otherVersion.AccessKey);
        Assert.NotEqual(one.AccessKey, otherAccount.AccessKey);
        Assert.Equal((16 * 1024, 32), (PinCost.Standard.MemoryKib, PinCost.Standard.Passes));
    }

    private (RecoveryStatement Statement, IReadOnlyList<RealmDeposit> Deposits) Create(string pin, int threshold, int count)
    {
        (byte[] signed, IReadOnlyList<RealmDeposit> deposits) = PinVault.Create(_alice, pin, _realms[..count], threshold, Cheap);
        Assert.True(RecoveryStatement.TryVerify(signed, _alice.PublicKey, out RecoveryStatement? statement));
        Assert.All(deposits, deposit => Assert.True(PinVault.Fits(statement, deposit)));
        return (statement, deposits);
    }

    private static ShareEvaluation Evaluate(PinAttempt attempt, RealmDeposit deposit)
    {
        (byte[] evaluated, byte[] proof) = Oprf.Evaluate(deposit.OprfShare, attempt.BlindedElement)!.Value;
        return new ShareEvaluation(deposit.Realm, evaluated, proof);
    }

    private static ReleasedShare Release(RealmDeposit deposit) => new(deposit.Realm, deposit.ScalarShare, deposit.Ciphertext);

    private static byte[]? Open(RecoveryStatement statement, IEnumerable<RealmDeposit> deposits, string pin)
    {
        using PinAttempt attempt = PinAttempt.Start(statement, pin, Cheap);
        RealmDeposit[] asked = [.. deposits];
        if (!attempt.Unlock([.. asked.Select(deposit => Evaluate(attempt, deposit))]))
        {
            return null;
        }

        Assert.All(asked, deposit => Assert.Equal(deposit.Tag, attempt.TagFor(deposit.Realm)));
        return attempt.Open([.. asked.Select(Release)]);
    }
}
