using NSec.Cryptography;

using XChat.Crypto.Identity;

namespace XChat.UnitTests.Identity;

/// <summary>An account passes to a new key with each device that is taken out: who stays follows, who had the old key does not.</summary>
public sealed class AccountKeyHistoryTests : IDisposable
{
    private static readonly Guid User = Guid.Parse("0197a1b2-0000-7000-8000-0000000000aa");

    private readonly AccountKeys _first = AccountKeys.Generate();
    private readonly AccountKeys _second = AccountKeys.Generate();
    private readonly (CertifiedDeviceEntry Entry, byte[] Key) _laptop = Device(1);
    private readonly (CertifiedDeviceEntry Entry, byte[] Key) _tablet = Device(2);
    private readonly (CertifiedDeviceEntry Entry, byte[] Key) _phone = Device(3);

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }

    [Fact]
    public void The_new_list_verifies_by_the_new_key_and_descends_from_the_one_that_was_known()
    {
        byte[] signed = Revoked();

        Assert.True(DeviceList.TryVerify(signed, _second.PublicKey, out DeviceList? list));
        Assert.True(DeviceList.TryVerifySuccessor(signed, _first.PublicKey, 2, out DeviceList? followed));
        Assert.Equal(3, followed.Version);
        Assert.Equal(_second.PublicKey, list.History!.PresentKey);
        Assert.Equal(signed, _second.Sign(list));
    }

    [Fact]
    public void Devices_that_stay_open_the_new_root_secret_and_nobody_else_does()
    {
        _ = DeviceList.TryVerify(Revoked(), _second.PublicKey, out DeviceList? list);
        AccountKeyHistory history = list!.History!;

        Assert.Equal(_second.ExportRoot(), history.OpenRoot(User, _laptop.Entry.Device, _laptop.Key));
        Assert.Equal(_second.ExportRoot(), history.OpenRoot(User, _tablet.Entry.Device, _tablet.Key));
        Assert.Null(history.OpenRoot(User, _phone.Entry.Device, _phone.Key));
        Assert.Null(history.OpenRoot(User, _laptop.Entry.Device, _phone.Key));
        Assert.Null(history.OpenRoot(Guid.NewGuid(), _laptop.Entry.Device, _laptop.Key));
    }

    [Fact]
    public void A_share_that_opens_to_another_root_secret_is_not_taken()
    {
        using AccountKeys other = AccountKeys.Generate();
        DeviceList passed = _first.PassOn(List(3, _laptop.Entry), _second);
        DeviceList wrong = _first.PassOn(List(3, _laptop.Entry), other);

        Assert.Null((passed.History! with { Shares = wrong.History!.Shares }).OpenRoot(User, _laptop.Entry.Device, _laptop.Key));
    }

    [Fact]
    public void The_old_key_signs_nothing_that_is_believed_any_more()
    {
        using AccountKeys thief = AccountKeys.Generate();
        DeviceList forged = List(4, _phone.Entry);
        byte[] direct = _first.Sign(forged);
        byte[] passedOn = thief.Sign(_first.PassOn(forged, thief));
        _ = DeviceList.TryVerify(Revoked(), _second.PublicKey, out DeviceList? list);

        Assert.False(DeviceList.TryVerify(direct, _second.PublicKey, out _));
        Assert.False(DeviceList.TryVerifySuccessor(direct, _second.PublicKey, 3, out _));
        Assert.False(DeviceList.TryVerifySuccessor(passedOn, _second.PublicKey, 3, out _));
        // Not even to somebody who knows only the old key, once they know that it was given up by then.
        Assert.False(DeviceList.TryVerifySuccessor(Revoked(), _first.PublicKey, 3, out _));
        Assert.Throws<ArgumentException>(() => _first.Sign(list! with { Version = 4 }));
    }

    [Fact]
    public void A_succession_of_another_account_or_by_another_key_is_refused()
    {
        using AccountKeys other = AccountKeys.Generate();
        AccountKeyHistory genuine = _first.PassOn(List(3, _laptop.Entry), _second).History!;
        AccountKeyHistory byOther = other.PassOn(List(3, _laptop.Entry), _second).History!;
        AccountKeyHistory elsewhere = _first.PassOn(List(3, _laptop.Entry) with { User = Guid.NewGuid() }, _second).History!;

        foreach (AccountKeyHistory history in new[] { byOther with { FirstKey = genuine.FirstKey }, elsewhere })
        {
            byte[] signed = _second.Sign(List(3, _laptop.Entry) with { History = history });
            Assert.False(DeviceList.TryVerify(signed, _second.PublicKey, out _));
            Assert.False(DeviceList.TryVerifySuccessor(signed, _first.PublicKey, 2, out _));
        }
    }

    [Fact]
    public void No_bit_of_a_list_with_a_history_can_be_changed()
    {
        byte[] signed = Revoked();
        for (int index = 0; index < signed.Length; index++)
        {
            byte[] changed = [.. signed];
            changed[index] ^= 1;
            Assert.False(DeviceList.TryVerifySuccessor(changed, _first.PublicKey, 2, out _), $"byte {index} was changed");
        }
    }

    [Fact]
    public void Contacts_follow_from_any_of_the_last_keys_and_a_full_list_fits()
    {
        List<AccountKeys> keys = [_first];
        string label = new('n', DeviceList.MaxLabelBytes);
        DeviceList list = List(1, [.. Enumerable.Range(1, DeviceList.MaxDevices).Select(place => Device(place, label).Entry)]);
        for (int turn = 0; turn < AccountKeyHistory.MaxSuccessions + 3; turn++)
        {
            keys.Add(AccountKeys.Generate());
            list = keys[^2].PassOn(list with { Version = list.Version + 1 }, keys[^1]);
        }

        byte[] signed = keys[^1].Sign(list);

        Assert.True(signed.Length <= DeviceList.MaxSignedBytes, $"{signed.Length} bytes");
        for (int known = 0; known < keys.Count - 1; known++)
        {
            Assert.Equal(known >= 3, DeviceList.TryVerifySuccessor(signed, keys[known].PublicKey, known + 1, out _));
        }

        keys.ForEach(key => key.Dispose());
    }

    [Fact]
    public void A_device_with_a_key_that_is_none_does_not_stand_in_the_way()
    {
        CertifiedDeviceEntry broken = new(Guid.Parse("0197a1b2-0000-7000-8000-000000000009"), new byte[32], "broken");

        AccountKeyHistory history = _first.PassOn(List(3, _laptop.Entry, broken), _second).History!;

        Assert.Equal(_laptop.Entry.Device, Assert.Single(history.Shares).Device);
    }

    private static (CertifiedDeviceEntry Entry, byte[] Key) Device(int place, string label = "device")
    {
        using Key key = Key.Create(SignatureAlgorithm.Ed25519, new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport });
        Guid id = new(place, 0, 0, new byte[8]);
        return (new CertifiedDeviceEntry(id, key.PublicKey.Export(KeyBlobFormat.RawPublicKey), label), key.Export(KeyBlobFormat.RawPrivateKey));
    }

    private static DeviceList List(long version, params CertifiedDeviceEntry[] devices) => new(User, version, 1_760_000_000_000, devices);

    /// <summary>Version 3: the phone is out, laptop and tablet stay.</summary>
    private byte[] Revoked() => _second.Sign(_first.PassOn(List(3, _laptop.Entry, _tablet.Entry), _second));
}
