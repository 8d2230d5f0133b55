using System.Runtime.CompilerServices;

namespace XChat.Grains.Wallets;

/// <summary>A SHA-256 hash that lies where it is kept, instead of being an object of its own.</summary>
[InlineArray(TransferChain.HashSize)]
internal struct HashValue
{
    private byte _first;

    /// <param name="hash">32 bytes.</param>
    public static HashValue Of(ReadOnlySpan<byte> hash)
    {
        HashValue value = default;
        hash.CopyTo(value);
        return value;
    }
}
