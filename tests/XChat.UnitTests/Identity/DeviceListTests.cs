using System.Text;

using CsCheck;

using NSec.Cryptography;

using XChat.Crypto.Identity;
using XChat.Protocol;

namespace XChat.UnitTests.Identity;

/// <summary>What a signed device list proves, and what is refused as one.</summary>
public sealed class DeviceListTests : IDisposable
{
    private static readonly Guid User = new("0197a000-0000-7000-8000-000000000001");

    private readonly AccountKeys _keys = AccountKeys.FromRoot(new byte[AccountKeys.RootSize]);

    public void Dispose() => _keys.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(DeviceList.MaxDevices)]
    public void A_signed_list_reads_as_it_was_written(int devices)
    {
        DeviceList list = ListOf(devices) with { Version = long.MaxValue, IssuedAtMs = 1_764_000_000_000 };

        Assert.True(DeviceList.TryVerify(_keys.Sign(list), _keys.PublicKey, out DeviceList? read));

        Assert.Equal((list.User, list.Version, list.IssuedAtMs), (read.User, read.Version, read.IssuedAtMs));
        Assert.Equal(list.Devices.Select(Describe), read.Devices.Select(Describe));
    }

    [Fact]
    public void Any_list_within_the_bounds_reads_as_it_was_written()
    {
        Gen<CertifiedDeviceEntry> device = Gen.Select(
            Gen.Guid.Where(id => id != Guid.Empty), Gen.Byte.Array[32], Gen.String.Where(label => IsLabel(label)),
            (id, key, label) => new CertifiedDeviceEntry(id, key, label));
        Gen.Select(Gen.Long[1, long.MaxValue], Gen.Long[0, long.MaxValue], device.Array[1, DeviceList.MaxDevices])
            .Where((_, _, devices) => devices.DistinctBy(entry => entry.Device).Count() == devices.Length)
            .Sample((version, issuedAt, devices) =>
            {
                Assert.True(DeviceList.TryVerify(_keys.Sign(new(User, version, issuedAt, devices)), _keys.PublicKey, out DeviceList? read));
                Assert.Equal((version, issuedAt), (read.Version, read.IssuedAtMs));
                Assert.Equal(devices.Select(Describe).Order(StringComparer.Ordinal), read.Devices.Select(Describe).Order(StringComparer.Ordinal));
            }, iter: 200);
    }

    [Fact]
    public void The_order_in_which_devices_are_given_changes_nothing()
    {
        DeviceList list = ListOf(5);

        Assert.Equal(_keys.Sign(list), _keys.Sign(list with { Devices = [.. list.Devices.Reverse()] }));
    }

    [Fact]
    public void No_changed_byte_is_accepted()
    {
        byte[] signed = _keys.Sign(ListOf(2));
        for (int index = 0; index < signed.Length; index++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] changed = [.. signed];
                changed[index] ^= (byte)(1 << bit);
                Assert.False(DeviceList.TryVerify(changed, _keys.PublicKey, out _), $"bit {bit} of byte {index} was changed");
            }
        }
    }

    [Fact]
    public void No_shortened_or_lengthened_list_is_accepted()
    {
        byte[] signed = _keys.Sign(ListOf(2));

        for (int length = 0; length < signed.Length; length++)
        {
            Assert.False(DeviceList.TryVerify(signed.AsSpan(0, length), _keys.PublicKey, out _));
        }

        Assert.False(DeviceList.TryVerify([.. signed, 0], _keys.PublicKey, out _));
        Assert.False(DeviceList.TryVerify(new byte[DeviceList.MaxSignedBytes + 1], _keys.PublicKey, out _));
        Assert.True(DeviceList.TryVerify(signed, _keys.PublicKey, out _));
    }

    [Fact]
    public void Only_the_account_key_certifies()
    {
        byte[] signed = _keys.Sign(ListOf(1));
        using AccountKeys other = AccountKeys.Generate();

        Assert.False(DeviceList.TryVerify(signed, other.PublicKey, out _));
        Assert.False(DeviceList.TryVerify(signed, [], out _));
        Assert.False(DeviceList.TryVerify(signed, new byte[32], out _));
        Assert.False(DeviceList.TryVerify(signed, [.. _keys.PublicKey, 0], out _));
    }

    /// <summary>The account key itself may sign what only a broken or hostile client would: the bounds hold for it too.</summary>
    [Theory]
    [InlineData("no devices")]
    [InlineData("eleven devices")]
    [InlineData("the same device twice")]
    [InlineData("the same key twice")]
    [InlineData("devices out of order")]
    [InlineData("an empty device id")]
    [InlineData("an empty user id")]
    [InlineData("version 0")]
    [InlineData("a version beyond 63 bits")]
    [InlineData("a label that is too long")]
    [InlineData("a label that is not UTF-8")]
    [InlineData("another format")]
    [InlineData("bytes after the end")]
    public void A_well_signed_list_outside_the_bounds_is_refused(string fault)
    {
        byte[] content = fault switch
        {
            "no devices" => Content(1, User, 1),
            "eleven devices" => Content(1, User, 1, [.. Enumerable.Range(1, 11).Select(index => Entry(index))]),
            "the same device twice" => Content(1, User, 1, Entry(1, key: 1), Entry(1, key: 2)),
            "the same key twice" => Content(1, User, 1, Entry(1, key: 1), Entry(2, key: 1)),
            "devices out of order" => Content(1, User, 1, Entry(2), Entry(1)),
            "an empty device id" => Content(1, User, 1, Entry(0)),
            "an empty user id" => Content(1, Guid.Empty, 1, Entry(1)),
            "version 0" => Content(1, User, 0, Entry(1)),
            "a version beyond 63 bits" => Content(1, User, 1UL << 63, Entry(1)),
            "a label that is too long" => Content(1, User, 1, Entry(1, label: new byte[DeviceList.MaxLabelBytes + 1])),
            "a label that is not UTF-8" => Content(1, User, 1, Entry(1, label: [0xC3, 0x28])),
            "another format" => Content(2, User, 1, Entry(1)),
            _ => [.. Content(1, User, 1, Entry(1)), 0],
        };

        Assert.False(DeviceList.TryVerify(Signed(content), _keys.PublicKey, out _));
        Assert.True(DeviceList.TryVerify(Signed(Content(1, User, 1, Entry(1), Entry(2))), _keys.PublicKey, out _));
    }

    [Fact]
    public void A_list_outside_the_bounds_is_not_signed()
    {
        DeviceList list = ListOf(2);
        DeviceList[] wrong =
        [
            list with { User = Guid.Empty },
            list with { Version = 0 },
            list with { IssuedAtMs = -1 },
            list with { Devices = [] },
            ListOf(DeviceList.MaxDevices + 1),
            list with { Devices = [list.Devices[0], list.Devices[0] with { SignatureKey = new byte[32] }] },
            list with { Devices = [list.Devices[0], list.Devices[1] with { SignatureKey = list.Devices[0].SignatureKey }] },
            list with { Devices = [list.Devices[0] with { Device = Guid.Empty }] },
            list with { Devices = [list.Devices[0] with { SignatureKey = new byte[31] }] },
            list with { Devices = [list.Devices[0] with { Label = new string('é', (DeviceList.MaxLabelBytes / 2) + 1) }] },
            list with { Devices = [list.Devices[0] with { Label = "\uD800" }] },
        ];

        Assert.All(wrong, each => Assert.Throws<ArgumentException>(() => _keys.Sign(each)));
    }

    [Fact]
    public void A_signature_for_another_purpose_certifies_nothing()
    {
        byte[] content = Content(1, User, 1, Entry(1));
        using Key key = Key.Import(SignatureAlgorithm.Ed25519, new byte[32], KeyBlobFormat.RawPrivateKey);
        byte[] publicKey = key.PublicKey.Export(KeyBlobFormat.RawPublicKey);

        byte[] bare = [.. content, .. SignatureAlgorithm.Ed25519.Sign(key, content)];
        byte[] otherLabel = [.. content, .. SignatureAlgorithm.Ed25519.Sign(key, [.. "XChat 1.0 sign-in\0"u8, .. content])];

        Assert.False(DeviceList.TryVerify(bare, publicKey, out _));
        Assert.False(DeviceList.TryVerify(otherLabel, publicKey, out _));
    }

    [Fact]
    public void The_bounds_are_those_of_the_protocol()
    {
        DeviceList largest = ListOf(DeviceList.MaxDevices);
        largest = largest with { Devices = [.. largest.Devices.Select(entry => entry with { Label = new string('x', DeviceList.MaxLabelBytes) })] };

        Assert.Equal(Limits.DevicesPerAccount, DeviceList.MaxDevices);
        Assert.Equal(Limits.DeviceLabelBytes, DeviceList.MaxLabelBytes);
        Assert.Equal(Limits.DeviceListBytes, DeviceList.MaxSignedBytes);
        Assert.InRange(_keys.Sign(largest).Length, 1, DeviceList.MaxSignedBytes);
    }

    internal static DeviceList ListOf(int devices) => new(
        User,
        1,
        0,
        [
            .. Enumerable.Range(1, devices).Select(index => new CertifiedDeviceEntry(
                new Guid(index, 0, 0, new byte[8]), [.. Enumerable.Repeat((byte)index, 32)], $"Gerät {index}")),
        ]);

    private static string Describe(CertifiedDeviceEntry entry) => $"{entry.Device} {Convert.ToHexString(entry.SignatureKey)} {entry.Label}";

    private static bool IsLabel(string label) =>
        Encoding.UTF8.GetByteCount(label) <= DeviceList.MaxLabelBytes && Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(label)) == label;

    private static byte[] Signed(byte[] content)
    {
        using Key key = Key.Import(
            SignatureAlgorithm.Ed25519,
            System.Security.Cryptography.HKDF.DeriveKey(
                System.Security.Cryptography.HashAlgorithmName.SHA256, new byte[32], 32, info: "XChat 1.0 account key"u8.ToArray()),
            KeyBlobFormat.RawPrivateKey);
        return [.. content, .. SignatureAlgorithm.Ed25519.Sign(key, [.. "XChat 1.0 device list\0"u8, .. content])];
    }

    private static byte[] Content(ushort format, Guid user, ulong version, params byte[][] entries)
    {
        int length = entries.Sum(entry => entry.Length);
        return
        [
            (byte)(format >> 8), (byte)format,
            .. user.ToByteArray(bigEndian: true),
            .. BigEndian(version),
            .. BigEndian(0),
            .. length < 64 ? new[] { (byte)length } : [(byte)(0x40 | (length >> 8)), (byte)(length & 0xFF)],
            .. entries.SelectMany(entry => entry),
        ];
    }

    private static byte[] Entry(int device, int? key = null, byte[]? label = null)
    {
        label ??= [];
        byte[] length = label.Length < 64 ? [(byte)label.Length] : [(byte)(0x40 | (label.Length >> 8)), (byte)(label.Length & 0xFF)];
        return
        [
            .. new Guid(device, 0, 0, new byte[8]).ToByteArray(bigEndian: true),
            .. Enumerable.Repeat((byte)(key ?? device), 32),
            .. length,
            .. label,
        ];
    }

    private static byte[] BigEndian(ulong value)
    {
        byte[] bytes = new byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }
}
