using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

using XChat.Crypto.Hpke;
using XChat.Crypto.Identity;

namespace XChat.Crypto.Recovery;

/// <summary>What one realm gets to keep of a recovery. Secret but for the ciphertext.</summary>
/// <param name="Realm">The realm.</param>
/// <param name="OprfShare">Its share of the key of the oblivious function, 32 bytes.</param>
/// <param name="ScalarShare">Its share of the encryption scalar, 32 bytes.</param>
/// <param name="Tag">What the right PIN lets a client show to this realm, 32 bytes.</param>
/// <param name="Ciphertext">The sealed root secret, the same at every realm.</param>
public sealed record RealmDeposit(Guid Realm, byte[] OprfShare, byte[] ScalarShare, byte[] Tag, byte[] Ciphertext);

/// <summary>How a refresh moves the shares of one realm: both are added to what it has.</summary>
public sealed record ShareShift(Guid Realm, byte[] OprfDelta, byte[] ScalarDelta);

/// <summary>
/// Puts a root secret behind a PIN, spread over realms: a threshold oblivious function (RFC 9497) whose key is in no place, and a ciphertext whose key
/// needs both the PIN and the threshold's shares. Pure but for randomness.
/// </summary>
public static class PinVault
{
    internal const int HashSize = 32;

    /// <summary>Bytes of the sealed root secret.</summary>
    public const int CiphertextSize = AccountKeys.RootSize + Aead.TagSize;

    /// <summary>Makes the deposits of a new PIN.</summary>
    /// <exception cref="ArgumentException">More realms than <see cref="RecoveryStatement.MaxRealms"/>, or a threshold that they cannot meet.</exception>
    public static (byte[] SignedStatement, IReadOnlyList<RealmDeposit> Deposits) Create(
        AccountKeys account, string pin, IReadOnlyList<Guid> realms, int threshold, PinCost cost)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(realms);
        byte[] version = RandomNumberGenerator.GetBytes(StretchedPin.VersionSize);
        byte[] accountKey = account.PublicKey;
        using StretchedPin stretched = StretchedPin.Of(pin, version, accountKey, cost);
        byte[] oprfKey = Oprf.GenerateKey();
        byte[] scalar = Ristretto.RandomScalar();
        using UnlockKeys unlock = UnlockKeys.From(OutputOf(oprfKey, stretched));
        byte[] ciphertext = Seal(account, stretched, scalar, version, accountKey);
        IReadOnlyList<SecretShare> oprfShares = SecretSharing.Split(oprfKey, threshold, realms.Count);
        IReadOnlyList<SecretShare> scalarShares = SecretSharing.Split(scalar, threshold, realms.Count);
        CryptographicOperations.ZeroMemory(oprfKey);
        CryptographicOperations.ZeroMemory(scalar);
        RecoveryStatement statement = new(
            accountKey, version, 1, threshold, unlock.Commitment, SHA256.HashData(ciphertext),
            [.. realms.Select((realm, i) => new ShareHolder(realm, i + 1, Public(oprfShares[i].Value), Public(scalarShares[i].Value)))]);
        return (
            account.SignRecovery(statement),
            [.. realms.Select((realm, i) => new RealmDeposit(realm, oprfShares[i].Value, scalarShares[i].Value, unlock.TagFor(realm), ciphertext))]);
    }

    /// <summary>
    /// Moves all shares by shares of zero: they stand for the same secrets as before, and do not combine with those of the generation before. Needs
    /// no PIN.
    /// </summary>
    public static (byte[] SignedStatement, IReadOnlyList<ShareShift> Shifts) Refresh(AccountKeys account, RecoveryStatement current)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(current);
        byte[] zero = new byte[Ristretto.Size];
        IReadOnlyList<SecretShare> oprf = SecretSharing.Split(zero, current.Threshold, current.Holders.Count);
        IReadOnlyList<SecretShare> scalar = SecretSharing.Split(zero, current.Threshold, current.Holders.Count);
        RecoveryStatement next = current with
        {
            Generation = current.Generation + 1,
            Holders =
            [
                .. current.Holders.Select((holder, i) => holder with
                {
                    OprfKey = Moved(holder.OprfKey, oprf[i].Value), ScalarKey = Moved(holder.ScalarKey, scalar[i].Value),
                }),
            ],
        };
        return (account.SignRecovery(next), [.. current.Holders.Select((holder, i) => new ShareShift(holder.Realm, oprf[i].Value, scalar[i].Value))]);
    }

    /// <summary>Whether a deposit is the one that the statement commits to. A realm accepts no other.</summary>
    public static bool Fits(RecoveryStatement statement, RealmDeposit deposit)
    {
        ArgumentNullException.ThrowIfNull(statement);
        ArgumentNullException.ThrowIfNull(deposit);
        return statement.At(deposit.Realm) is { } holder
            && deposit.Tag.Length == HashSize && deposit.Ciphertext.Length == CiphertextSize
            && SHA256.HashData(deposit.Ciphertext).AsSpan().SequenceEqual(statement.CiphertextHash)
            && IsKeyOf(deposit.OprfShare, holder.OprfKey) && IsKeyOf(deposit.ScalarShare, holder.ScalarKey);
    }

    /// <summary>A deposit after a refresh; null when a delta is not a scalar.</summary>
    public static RealmDeposit? Move(RealmDeposit deposit, ReadOnlySpan<byte> oprfDelta, ReadOnlySpan<byte> scalarDelta)
    {
        ArgumentNullException.ThrowIfNull(deposit);
        return Ristretto.IsScalar(oprfDelta) && Ristretto.IsScalar(scalarDelta)
            ? deposit with
            {
                OprfShare = Ristretto.AddScalars(deposit.OprfShare, oprfDelta),
                ScalarShare = Ristretto.AddScalars(deposit.ScalarShare, scalarDelta),
            }
            : null;
    }

    internal static bool IsKeyOf(ReadOnlySpan<byte> share, ReadOnlySpan<byte> publicKey) =>
        Ristretto.IsScalar(share) && Ristretto.MultiplyBase(share) is { } product && product.AsSpan().SequenceEqual(publicKey);

    internal static bool TryOpen(
        StretchedPin stretched, byte[] scalar, RecoveryStatement statement, byte[] ciphertext, [NotNullWhen(true)] out byte[]? root)
    {
        root = Aead.ChaCha20Poly1305.Open(
            CipherKey(stretched, scalar), new byte[Aead.NonceSize], Associated(statement.Version, statement.AccountKey), ciphertext);
        return root is not null;
    }

    private static byte[] OutputOf(byte[] oprfKey, StretchedPin stretched)
    {
        (byte[] blind, byte[] blinded) = Oprf.Blind(stretched.AccessKey);
        byte[] evaluated = Ristretto.Multiply(oprfKey, blinded) ?? throw new CryptographicException("A random product is the identity.");
        return Oprf.Finalize(stretched.AccessKey, blind, evaluated) ?? throw new CryptographicException("A random product is the identity.");
    }

    private static byte[] Seal(AccountKeys account, StretchedPin stretched, byte[] scalar, byte[] version, byte[] accountKey)
    {
        byte[] root = account.ExportRoot();
        // The key is used once: scalar and version are new with each registration.
        byte[] ciphertext = Aead.ChaCha20Poly1305.Seal(
            CipherKey(stretched, scalar), new byte[Aead.NonceSize], Associated(version, accountKey), root);
        CryptographicOperations.ZeroMemory(root);
        return ciphertext;
    }

    private static byte[] CipherKey(StretchedPin stretched, byte[] scalar) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, [.. stretched.Seed, .. scalar], HashSize, info: "XChat 1.0 recovery cipher"u8.ToArray());

    private static byte[] Associated(byte[] version, byte[] accountKey) => [.. "XChat 1.0 root secret\0"u8, .. version, .. accountKey];

    private static byte[] Public(byte[] share) => Ristretto.MultiplyBase(share) ?? throw new CryptographicException("A random share is zero.");

    private static byte[] Moved(byte[] publicKey, byte[] delta) =>
        Ristretto.Add(publicKey, Public(delta)) is { } sum && Ristretto.IsElement(sum) ? sum : throw new CryptographicException("A moved share is zero.");
}
