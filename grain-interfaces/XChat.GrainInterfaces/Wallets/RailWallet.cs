using System.Security.Cryptography;
using System.Text;

using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.GrainInterfaces.Wallets;

/// <summary>The system accounts of rails.</summary>
public static class RailWallet
{
    private const string Domain = "XChat 1.0 rail";

    /// <summary>
    /// The other side of everything that came and went over a rail in a currency. What the rail holds for the server is negative here. Its owner is the
    /// first 16 bytes of SHA-256 over a label and the rail's name, as a UUID (version 8).
    /// </summary>
    public static WalletKey Of(string rail, Currency currency) => new(WalletKind.Rail, OwnerOf(rail), currency);

    /// <summary>What a person owes because a deposit was taken back after its money had been spent: negative by that much.</summary>
    public static WalletKey ReceivableFrom(UserId user, Currency currency) => new(WalletKind.Clearing, user.Value, currency);

    /// <summary>The owner's id of a rail's wallets.</summary>
    public static Guid OwnerOf(string rail)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. Encoding.ASCII.GetBytes(Domain), 0, .. Encoding.UTF8.GetBytes(rail)], hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
