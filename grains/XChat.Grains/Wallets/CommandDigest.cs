using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

using XChat.GrainInterfaces.Wallets;

namespace XChat.Grains.Wallets;

/// <summary>SHA-256 over everything that a command asks for. Two commands of one id are the same if these are.</summary>
public static class CommandDigest
{
    private const byte PayTag = 1;
    private const byte TransferTag = 2;
    private const byte ResolveTag = 3;

    /// <summary>The canonical order says all of a payment, the card by its digest. Another signature over the same order changes nothing.</summary>
    public static byte[] Of(PayOrder request) => SHA256.HashData([PayTag, .. request.Order]);

    public static byte[] Of(WalletKey wallet, TransferMoney request)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([TransferTag]);
        Add(hash, wallet);
        Add(hash, request.Actor);
        foreach (TransferLeg leg in request.Legs)
        {
            Add(hash, leg.Transfer.Value);
            Add(hash, leg.Credit);
            Add(hash, leg.Reference);
            Add(hash, leg.MinorUnits);
            Add(hash, (long)leg.Reason);
            Add(hash, leg.ExpiresAtMs);
        }

        return hash.GetHashAndReset();
    }

    public static byte[] Of(WalletKey wallet, ResolvePending request)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([ResolveTag]);
        Add(hash, wallet);
        Add(hash, request.Actor.Value);
        Add(hash, request.Pending.Value);
        Add(hash, (long)request.Resolution);
        Add(hash, request.MinorUnits);
        return hash.GetHashAndReset();
    }

    private static void Add(IncrementalHash hash, WalletKey wallet)
    {
        Add(hash, wallet.Owner);
        hash.AppendData(Encoding.UTF8.GetBytes(wallet.ToKeyExtension()));
    }

    private static void Add(IncrementalHash hash, Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        hash.AppendData(bytes);
    }

    private static void Add(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
