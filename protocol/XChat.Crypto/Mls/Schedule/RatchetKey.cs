using System.Security.Cryptography;

namespace XChat.Crypto.Mls;

/// <summary>The key and nonce of one message. Used once, then erased.</summary>
internal sealed record RatchetKey(byte[] Key, byte[] Nonce)
{
    public void Erase()
    {
        CryptographicOperations.ZeroMemory(Key);
        CryptographicOperations.ZeroMemory(Nonce);
    }
}
