using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.GrainInterfaces.Wallets;

/// <summary>Whose wallet it is, and with that whether it may go below zero. Numbers are stored and never change.</summary>
public enum WalletKind
{
    /// <summary>None.</summary>
    Unspecified = 0,

    /// <summary>A person's. Never below zero.</summary>
    User = 1,

    /// <summary>A red packet's, from its filling to its end. Never below zero.</summary>
    RedPacket = 2,

    /// <summary>Money held for a purpose, such as a withdrawal under way or a dispute. Never below zero.</summary>
    Escrow = 3,

    /// <summary>Fees taken. Never below zero.</summary>
    Fees = 4,

    /// <summary>A rail's other side: what came in over it is negative here. May be below zero.</summary>
    Rail = 5,

    /// <summary>Between two parts of the ledger. May be below zero.</summary>
    Clearing = 6,
}

/// <summary>
/// Names a wallet: one currency of one owner. The owner is a user, a red packet, a rail and so on, according to the kind. The key alone tells
/// the account's id, so that nobody has to look it up.
/// </summary>
[GenerateSerializer, Immutable, Alias("xchat.WalletKey")]
public readonly record struct WalletKey(
    [property: Id(0)] WalletKind Kind,
    [property: Id(1)] Guid Owner,
    [property: Id(2)] Currency Currency)
{
    /// <summary>Logical buckets of accounts. A bucket is what moves when the ledger outgrows a database, so their number never changes.</summary>
    public const int Buckets = 1024;

    private const string Domain = "XChat 1.0 wallet account";

    /// <summary>A user's wallet in a currency.</summary>
    public static WalletKey Of(UserId user, Currency currency) => new(WalletKind.User, user.Value, currency);

    /// <summary>Whether the wallet may be debited below zero: only those may whose money is outside.</summary>
    public bool MayOverdraw() => Kind is WalletKind.Rail or WalletKind.Clearing;

    /// <summary>
    /// The account in the ledger: the first 16 bytes of SHA-256 over a label and the key, as a UUID (version 8). The bucket is in its first
    /// ten bits.
    /// </summary>
    public Guid ToAccountId()
    {
        Span<byte> input = stackalloc byte[Domain.Length + 1 + 16 + 8];
        int length = Encoding.ASCII.GetBytes(Domain, input);
        input[length++] = checked((byte)Kind);
        Owner.TryWriteBytes(input[length..], bigEndian: true, out _);
        length += 16;
        length += Encoding.UTF8.GetBytes((Currency.Code ?? string.Empty).AsSpan()[..Math.Min(Currency.Code?.Length ?? 0, 8)], input[length..]);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(input[..length], hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    /// <summary>The logical bucket of an account.</summary>
    public static int BucketOf(Guid account)
    {
        Span<byte> bytes = stackalloc byte[16];
        account.TryWriteBytes(bytes, bigEndian: true, out _);
        return ((bytes[0] << 8) | bytes[1]) >> 6;
    }

    /// <summary>What stands beside the owner in a grain's key.</summary>
    public string ToKeyExtension() => string.Create(CultureInfo.InvariantCulture, $"{(int)Kind}.{Currency}");

    /// <summary>Reads a grain's key. False: no kind or currency that exists.</summary>
    public static bool TryParse(Guid owner, [NotNullWhen(true)] string? extension, out WalletKey key)
    {
        key = default;
        if (extension is not { Length: 5 } || extension[1] != '.' || !Currency.TryParse(extension[2..], out Currency currency))
        {
            return false;
        }

        key = new WalletKey((WalletKind)(extension[0] - '0'), owner, currency);
        return Enum.IsDefined(key.Kind) && key.Kind != WalletKind.Unspecified && key.ToKeyExtension() == extension;
    }

    /// <summary>Kind, owner and currency.</summary>
    public override string ToString() => $"{Kind}/{Owner:D}/{Currency}";
}
