using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

using NSec.Cryptography;

using XChat.Crypto.Hpke;
using XChat.Crypto.Identity;
using XChat.Crypto.Mls;
using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Recovery;

/// <summary>A realm as the configuration names it.</summary>
/// <param name="Name">Who runs it, for people: at most <see cref="RealmConfiguration.MaxNameBytes"/> bytes of UTF-8.</param>
/// <param name="Address">Where it answers: an absolute http or https address, or a path on the server that hands the configuration out.</param>
/// <param name="PublicKey">Its key, 32 bytes (X25519).</param>
public sealed record RealmDescription(string Name, string Address, byte[] PublicKey)
{
    /// <summary>The realm's identifier, which follows from its key.</summary>
    public Guid Id => RealmKeys.IdOf(PublicKey);
}

/// <summary>
/// Which realms a server's accounts use, signed by a key that clients pin when they first see it. A later configuration has a higher version and the
/// same signer.
/// </summary>
/// <remarks>
/// <code>
/// struct { opaque name&lt;V&gt;; opaque address&lt;V&gt;; opaque public_key[32]; } Realm;
/// struct { uint16 format = 1; uint32 version; uint8 threshold; uint8 register_at; uint8 one_operator; opaque signer[32]; Realm realms&lt;V&gt;; }
/// </code>
/// </remarks>
/// <param name="Version">1 or more; a client takes no lower one than it has seen.</param>
/// <param name="Threshold">Realms that a recovery needs.</param>
/// <param name="RegisterAt">Realms that a new PIN has to reach before it counts: more than those that could still combine for the one before.</param>
/// <param name="OneOperator">Whether one party runs them all: then the PIN protects nothing against that party, and clients say so.</param>
/// <param name="Signer">The Ed25519 key that signs configurations, 32 bytes.</param>
/// <param name="Realms">The realms.</param>
public sealed record RealmConfiguration(
    uint Version, int Threshold, int RegisterAt, bool OneOperator, byte[] Signer, IReadOnlyList<RealmDescription> Realms)
{
    /// <summary>Longest name, bytes.</summary>
    public const int MaxNameBytes = 64;

    /// <summary>Longest address, bytes.</summary>
    public const int MaxAddressBytes = 256;

    /// <summary>Longest signed configuration, bytes.</summary>
    public const int MaxSignedBytes = 4 * 1024;

    private const ushort Format = 1;
    private const string SignatureLabel = "XChat 1.0 realm configuration";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>What people compare: the signer's and all realms' keys in one short code.</summary>
    public string Fingerprint
    {
        get
        {
            string hex = Convert.ToHexStringLower(SHA256.HashData([.. Signer, .. Realms.SelectMany(realm => realm.PublicKey)]).AsSpan(0, 10));
            return string.Join(' ', hex.Chunk(4).Select(part => new string(part)));
        }
    }

    /// <summary>Signs a configuration; <see cref="Signer"/> is taken from the key.</summary>
    /// <exception cref="ArgumentException">A bound is broken; the text says which.</exception>
    public byte[] Sign(Key signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        RealmConfiguration signed = this with { Signer = signer.PublicKey.Export(KeyBlobFormat.RawPublicKey) };
        if (signed.FindFault() is { } fault)
        {
            throw new ArgumentException(fault);
        }

        byte[] content = signed.Encode();
        return [.. content, .. LabelledSignature.Sign(signer, SignatureLabel, content)];
    }

    /// <summary>Verifies that a configuration was signed by the signer that it names, and reads it. Never throws on foreign bytes.</summary>
    public static bool TryVerify(ReadOnlySpan<byte> signedConfiguration, [NotNullWhen(true)] out RealmConfiguration? configuration)
    {
        configuration = null;
        if (signedConfiguration.Length is <= LabelledSignature.Size or > MaxSignedBytes)
        {
            return false;
        }

        ReadOnlySpan<byte> content = signedConfiguration[..^LabelledSignature.Size];
        try
        {
            RealmConfiguration read = Read(content);
            configuration = read.FindFault() is null && LabelledSignature.Verify(read.Signer, SignatureLabel, content, signedConfiguration[content.Length..])
                ? read
                : null;
        }
        catch (Exception problem) when (problem is MlsException or DecoderFallbackException)
        {
            // Bytes that are no configuration are an expected outcome here.
        }

        return configuration is not null;
    }

    private byte[] Encode() => TlsWriter.Encode(writer =>
    {
        writer.U16(Format);
        writer.U32(Version);
        writer.U8((byte)Threshold);
        writer.U8((byte)RegisterAt);
        writer.U8(OneOperator ? (byte)1 : (byte)0);
        writer.Raw(Signer);
        writer.Vector(Realms, static (inner, realm) =>
        {
            inner.Bytes(StrictUtf8.GetBytes(realm.Name));
            inner.Bytes(StrictUtf8.GetBytes(realm.Address));
            inner.Raw(realm.PublicKey);
        });
    });

    private static RealmConfiguration Read(ReadOnlySpan<byte> content)
    {
        TlsReader reader = new(content);
        if (reader.U16() != Format)
        {
            throw MlsException.Malformed("realm configuration: unknown format");
        }

        RealmConfiguration read = new(
            reader.U32(), reader.U8(), reader.U8(), reader.Present(), reader.Raw(DeviceList.KeySize).ToArray(),
            reader.Vector(static (ref TlsReader inner) => new RealmDescription(
                StrictUtf8.GetString(inner.Span()), StrictUtf8.GetString(inner.Span()), inner.Raw(DiffieHellman.Size).ToArray())));
        reader.End();
        return read;
    }

    private string? FindFault() =>
        Version < 1 ? "The version of a configuration is at least 1."
        : Realms.Count is 0 or > RecoveryStatement.MaxRealms ? $"A configuration has 1 to {RecoveryStatement.MaxRealms} realms."
        : Threshold < 1 || Threshold > Realms.Count ? $"The threshold is 1 to the number of realms, {Realms.Count}."
        : RegisterAt > Realms.Count || RegisterAt < Threshold || RegisterAt <= Realms.Count - Threshold
            ? $"A PIN must reach at least {Math.Max(Threshold, Realms.Count - Threshold + 1)} of {Realms.Count} realms, or the one before would still open."
        : Realms.DistinctBy(realm => realm.Id).Count() != Realms.Count ? "Two realms have the same key."
        : Realms.Select(FindFault).FirstOrDefault(fault => fault is not null);

    private static string? FindFault(RealmDescription realm) =>
        realm.PublicKey.Length != DiffieHellman.Size ? $"A realm's key has {DiffieHellman.Size} bytes."
        : Encoding.UTF8.GetByteCount(realm.Name) is 0 or > MaxNameBytes ? $"A realm's name has 1 to {MaxNameBytes} bytes."
        : Encoding.UTF8.GetByteCount(realm.Address) is 0 or > MaxAddressBytes ? $"A realm's address has 1 to {MaxAddressBytes} bytes."
        : !realm.Address.StartsWith('/') && !(Uri.TryCreate(realm.Address, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https")
            ? $"The address of realm {realm.Name} is neither an http(s) address nor a path."
        : null;
}
