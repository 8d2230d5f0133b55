using System.Security.Cryptography;
using System.Text;

using NSec.Cryptography;

using XChat.Crypto.Recovery;

namespace XChat.Crypto.Identity;

/// <summary>
/// The keys of an account, all derived from one 32-byte root secret that never leaves the person's devices: the account key, which certifies
/// devices, and the backup key. Disposing erases them.
/// </summary>
public sealed class AccountKeys : IDisposable
{
    /// <summary>Bytes of the root secret.</summary>
    public const int RootSize = 32;

    private const int KeySize = 32;
    private const string AccountKeyLabel = "XChat 1.0 account key";
    private const string BackupKeyLabel = "XChat 1.0 backup key";

    private readonly byte[] _root;
    private readonly Key _accountKey;
    private bool _disposed;

    private AccountKeys(byte[] root)
    {
        _root = root;
        byte[] seed = Derive(AccountKeyLabel);
        _accountKey = Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
        CryptographicOperations.ZeroMemory(seed);
    }

    /// <summary>The account key, 32 bytes (Ed25519): what others pin, and what verifies device lists.</summary>
    public byte[] PublicKey => _accountKey.PublicKey.Export(KeyBlobFormat.RawPublicKey);

    /// <summary>Makes the keys of a new account.</summary>
    public static AccountKeys Generate() => new(RandomNumberGenerator.GetBytes(RootSize));

    /// <summary>The keys of the account whose root secret was exported; the bytes are copied.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static AccountKeys FromRoot(ReadOnlySpan<byte> root32) =>
        root32.Length == RootSize
            ? new AccountKeys(root32.ToArray())
            : throw new ArgumentException($"A root secret has {RootSize} bytes, not {root32.Length}.", nameof(root32));

    /// <summary>The key that encrypts the account's backups, 32 bytes (HKDF-SHA256, RFC 5869). The caller erases it.</summary>
    public byte[] BackupKey() => Derive(BackupKeyLabel);

    /// <summary>The root secret, for the device's own encrypted store. The caller erases it.</summary>
    public byte[] ExportRoot()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _root.ToArray();
    }

    /// <summary>Certifies the devices of a list.</summary>
    /// <returns>The list's one encoding with the signature behind it, at most <see cref="DeviceList.MaxSignedBytes"/>.</returns>
    /// <exception cref="ArgumentException">The list breaks a bound of <see cref="DeviceList"/>; the text names it.</exception>
    public byte[] Sign(DeviceList list)
    {
        ArgumentNullException.ThrowIfNull(list);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (list.History is { } history && !history.PresentKey.AsSpan().SequenceEqual(PublicKey))
        {
            throw new ArgumentException("The history of account keys leads to another one.", nameof(list));
        }

        byte[] content = DeviceListEncoding.Encode(list);
        return [.. content, .. LabelledSignature.Sign(_accountKey, DeviceList.SignatureLabel, content)];
    }

    /// <summary>
    /// Passes the account on to new keys: the list as these have to sign it, with the succession that this key certifies and the new root secret sealed to
    /// each of its devices. A device whose key is no point of the curve's prime-order group can sign nothing, and gets nothing: it must not stand in the way.
    /// </summary>
    public DeviceList PassOn(DeviceList list, AccountKeys successor)
    {
        ArgumentNullException.ThrowIfNull(list);
        ArgumentNullException.ThrowIfNull(successor);
        ObjectDisposedException.ThrowIf(_disposed, this);
        KeySuccession succession = KeySuccession.Sign(_accountKey, list.User, list.Version, successor.PublicKey);
        KeySuccession[] successions = [.. list.History?.Successions ?? [], succession];
        int dropped = Math.Max(0, successions.Length - AccountKeyHistory.MaxSuccessions);
        return list with
        {
            History = new AccountKeyHistory(
                dropped > 0 ? successions[dropped - 1].NewKey : list.History?.FirstKey ?? PublicKey,
                successions[dropped..],
                [.. list.Devices.Select(device => RootSeal.Seal(successor._root, list.User, device, successor.PublicKey)).OfType<RootShare>()]),
        };
    }

    /// <summary>Certifies the public part of a PIN recovery. Verified by <see cref="RecoveryStatement.TryVerify"/>.</summary>
    /// <exception cref="ArgumentException">The statement is of another account, or breaks a bound; the text names it.</exception>
    public byte[] SignRecovery(RecoveryStatement statement)
    {
        ArgumentNullException.ThrowIfNull(statement);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!statement.AccountKey.AsSpan().SequenceEqual(PublicKey))
        {
            throw new ArgumentException("The statement is of another account.", nameof(statement));
        }

        byte[] content = statement.Encode();
        return [.. content, .. LabelledSignature.Sign(_accountKey, RecoveryStatement.SignatureLabel, content)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_root);
        _accountKey.Dispose();
    }

    private byte[] Derive(string label)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return HKDF.DeriveKey(HashAlgorithmName.SHA256, _root, KeySize, info: Encoding.ASCII.GetBytes(label));
    }
}
