using System.Diagnostics.CodeAnalysis;

using XChat.Crypto.Identity;
using XChat.Crypto.Mls;
using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Recovery;

/// <summary>
/// The public part of a PIN recovery, signed by the account key and the same at every realm: which realms hold shares, and commitments to each
/// share, so that no realm can answer with another one.
/// </summary>
/// <remarks>
/// <code>
/// struct { opaque realm[16]; uint8 index; opaque oprf_key[32]; opaque scalar_key[32]; } Holder;
/// struct { uint16 format = 1; opaque account_key[32]; opaque version[16]; uint32 generation; uint8 threshold;
///          opaque unlock_commitment[32]; opaque ciphertext_hash[32]; Holder holders&lt;V&gt;; } RecoveryStatement;
/// </code>
/// </remarks>
/// <param name="AccountKey">The account, 32 bytes.</param>
/// <param name="Version">16 random bytes, new with each PIN that is set.</param>
/// <param name="Generation">1 when the PIN is set, then one more each time the shares are refreshed.</param>
/// <param name="Threshold">Realms that are needed.</param>
/// <param name="UnlockCommitment">Tells the right PIN from a wrong one to whoever has the output of the oblivious function.</param>
/// <param name="CiphertextHash">SHA-256 of the sealed root secret.</param>
/// <param name="Holders">The realms, in order of their indexes.</param>
public sealed record RecoveryStatement(
    byte[] AccountKey, byte[] Version, uint Generation, int Threshold, byte[] UnlockCommitment, byte[] CiphertextHash,
    IReadOnlyList<ShareHolder> Holders)
{
    /// <summary>Most realms of a recovery.</summary>
    public const int MaxRealms = 9;

    /// <summary>Longest signed statement, bytes.</summary>
    public const int MaxSignedBytes = 1024;

    internal const string SignatureLabel = "XChat 1.0 recovery statement";

    private const ushort Format = 1;

    /// <summary>The holder at a realm; null when the realm is none.</summary>
    public ShareHolder? At(Guid realm) => Holders.FirstOrDefault(holder => holder.Realm == realm);

    /// <summary>Verifies that a statement is the account's, and reads it. Never throws on foreign bytes.</summary>
    public static bool TryVerify(
        ReadOnlySpan<byte> signedStatement, ReadOnlySpan<byte> accountKey, [NotNullWhen(true)] out RecoveryStatement? statement)
    {
        statement = null;
        if (signedStatement.Length is <= LabelledSignature.Size or > MaxSignedBytes)
        {
            return false;
        }

        ReadOnlySpan<byte> content = signedStatement[..^LabelledSignature.Size];
        if (!LabelledSignature.Verify(accountKey, SignatureLabel, content, signedStatement[content.Length..]))
        {
            return false;
        }

        try
        {
            RecoveryStatement read = Read(content);
            statement = read.IsSound() && read.AccountKey.AsSpan().SequenceEqual(accountKey) ? read : null;
        }
        catch (MlsException)
        {
            // Bytes that are no statement are an expected outcome here.
        }

        return statement is not null;
    }

    internal byte[] Encode() => IsSound()
        ? TlsWriter.Encode(writer =>
        {
            writer.U16(Format);
            writer.Raw(AccountKey);
            writer.Raw(Version);
            writer.U32(Generation);
            writer.U8((byte)Threshold);
            writer.Raw(UnlockCommitment);
            writer.Raw(CiphertextHash);
            writer.Vector(Holders, static (inner, holder) =>
            {
                inner.Raw(holder.Realm.ToByteArray(bigEndian: true));
                inner.U8((byte)holder.Index);
                inner.Raw(holder.OprfKey);
                inner.Raw(holder.ScalarKey);
            });
        })
        : throw new ArgumentException($"A recovery has 1 to {MaxRealms} realms in order, and a threshold of at most as many.");

    private static RecoveryStatement Read(ReadOnlySpan<byte> content)
    {
        TlsReader reader = new(content);
        if (reader.U16() != Format)
        {
            throw MlsException.Malformed("recovery statement: unknown format");
        }

        RecoveryStatement statement = new(
            reader.Raw(DeviceList.KeySize).ToArray(),
            reader.Raw(StretchedPin.VersionSize).ToArray(),
            reader.U32(),
            reader.U8(),
            reader.Raw(PinVault.HashSize).ToArray(),
            reader.Raw(PinVault.HashSize).ToArray(),
            reader.Vector(static (ref TlsReader inner) => new ShareHolder(
                new Guid(inner.Raw(16), bigEndian: true), inner.U8(), inner.Raw(Ristretto.Size).ToArray(), inner.Raw(Ristretto.Size).ToArray())));
        reader.End();
        return statement;
    }

    private bool IsSound() =>
        AccountKey.Length == DeviceList.KeySize && Version.Length == StretchedPin.VersionSize && Generation >= 1
        && UnlockCommitment.Length == PinVault.HashSize && CiphertextHash.Length == PinVault.HashSize
        && Holders.Count is >= 1 and <= MaxRealms && Threshold >= 1 && Threshold <= Holders.Count
        && Holders.Select(holder => holder.Index).SequenceEqual(Enumerable.Range(1, Holders.Count))
        && Holders.DistinctBy(holder => holder.Realm).Count() == Holders.Count
        && Holders.All(holder => Ristretto.IsElement(holder.OprfKey) && Ristretto.IsElement(holder.ScalarKey));
}

/// <summary>A realm's place: the index of its shares, and their public keys.</summary>
public sealed record ShareHolder(Guid Realm, int Index, byte[] OprfKey, byte[] ScalarKey);
