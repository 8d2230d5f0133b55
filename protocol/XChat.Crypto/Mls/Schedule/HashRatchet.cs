using System.Security.Cryptography;

using XChat.Crypto.Hpke;
using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Mls;

/// <summary>
/// A sender's chain of message keys (RFC 9420 section 9.1). Keys of messages that have not come yet are kept, within bounds; a key that was
/// used is gone, so a replay finds none.
/// </summary>
internal sealed class HashRatchet(CipherSuite suite, byte[] secret)
{
    /// <summary>How far a message may be ahead of the last one seen.</summary>
    public const uint MostSkipped = 2_000;

    /// <summary>How many keys of missing messages are kept; beyond, the oldest goes.</summary>
    public const int MostKept = 2_000;

    private readonly SortedDictionary<uint, RatchetKey> _kept = [];
    private byte[] _secret = secret;
    private uint _next;

    public (uint Generation, RatchetKey Key) Next()
    {
        uint generation = _next;
        RatchetKey key = Derive(_secret, generation);
        Advance();
        return (generation, key);
    }

    /// <summary>Runs <paramref name="use"/> with a generation's key; only when it succeeds is the key used up and the chain advanced.</summary>
    public byte[]? Try(uint generation, Func<RatchetKey, byte[]?> use)
    {
        if (generation < _next)
        {
            if (!_kept.TryGetValue(generation, out RatchetKey? kept))
            {
                throw new MlsException(MlsError.Replayed, "The message was processed before, or its key was given up.");
            }

            byte[]? result = use(kept);
            if (result is not null)
            {
                kept.Erase();
                _ = _kept.Remove(generation);
            }

            return result;
        }

        if (generation - _next > MostSkipped)
        {
            throw new MlsException(MlsError.TooFarAhead, "The message is too far ahead of its sender's last one.");
        }

        RatchetKey key = Ahead(generation);
        byte[]? opened = use(key);
        key.Erase();
        if (opened is not null)
        {
            AdvancePast(generation);
        }

        return opened;
    }

    public static HashRatchet Read(CipherSuite suite, ref TlsReader reader)
    {
        HashRatchet ratchet = new(suite, reader.Bytes()) { _next = reader.U32() };
        TlsReader kept = new(reader.Span());
        while (!kept.AtEnd)
        {
            ratchet._kept.Add(kept.U32(), new RatchetKey(kept.Bytes(), kept.Bytes()));
        }

        return ratchet;
    }

    public void Write(TlsWriter writer)
    {
        writer.Bytes(_secret);
        writer.U32(_next);
        writer.Vector(_kept, (inner, kept) =>
        {
            inner.U32(kept.Key);
            inner.Bytes(kept.Value.Key);
            inner.Bytes(kept.Value.Nonce);
        });
    }

    public void Erase()
    {
        CryptographicOperations.ZeroMemory(_secret);
        foreach (RatchetKey key in _kept.Values)
        {
            key.Erase();
        }
    }

    private RatchetKey Derive(byte[] chain, uint generation) => new(
        CipherSuite.DeriveTreeSecret(chain, "key", generation, suite.Aead.KeySize),
        CipherSuite.DeriveTreeSecret(chain, "nonce", generation, Aead.NonceSize));

    private RatchetKey Ahead(uint generation)
    {
        byte[] chain = [.. _secret];
        for (uint step = _next; step < generation; step++)
        {
            byte[] next = CipherSuite.DeriveTreeSecret(chain, "secret", step, CipherSuite.HashSize);
            CryptographicOperations.ZeroMemory(chain);
            chain = next;
        }

        RatchetKey key = Derive(chain, generation);
        CryptographicOperations.ZeroMemory(chain);
        return key;
    }

    private void AdvancePast(uint generation)
    {
        while (_next < generation)
        {
            _kept.Add(_next, Derive(_secret, _next));
            Advance();
        }

        Advance();
        while (_kept.Count > MostKept)
        {
            uint oldest = _kept.Keys.First();
            _kept[oldest].Erase();
            _ = _kept.Remove(oldest);
        }
    }

    private void Advance()
    {
        byte[] next = CipherSuite.DeriveTreeSecret(_secret, "secret", _next, CipherSuite.HashSize);
        CryptographicOperations.ZeroMemory(_secret);
        _secret = next;
        _next++;
    }
}
