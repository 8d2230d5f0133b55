using System.Buffers.Binary;

namespace XChat.Crypto.Mls.Encoding;

/// <summary>
/// Reads the TLS presentation language as MLS uses it. Every read checks the bytes that are there before it allocates; non-minimal lengths are
/// refused (RFC 9420 section 2.1.2).
/// </summary>
internal ref struct TlsReader(ReadOnlySpan<byte> bytes)
{
    public delegate T ReadItem<T>(ref TlsReader reader);

    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool AtEnd => _rest.IsEmpty;

    public readonly int Remaining => _rest.Length;

    public byte U8() => Raw(1)[0];

    public ushort U16() => BinaryPrimitives.ReadUInt16BigEndian(Raw(2));

    public uint U32() => BinaryPrimitives.ReadUInt32BigEndian(Raw(4));

    public ulong U64() => BinaryPrimitives.ReadUInt64BigEndian(Raw(8));

    public ReadOnlySpan<byte> Raw(int count)
    {
        if ((uint)count > (uint)_rest.Length)
        {
            throw MlsException.Malformed("structure: it ends early");
        }

        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    public ReadOnlySpan<byte> Span() => Raw(Length());

    public byte[] Bytes() => Span().ToArray();

    public List<T> Vector<T>(ReadItem<T> read)
    {
        TlsReader inner = new(Span());
        List<T> items = [];
        while (!inner.AtEnd)
        {
            items.Add(read(ref inner));
        }

        return items;
    }

    public bool Present() => U8() switch
    {
        0 => false,
        1 => true,
        _ => throw MlsException.Malformed("optional value"),
    };

    public readonly void End()
    {
        if (!_rest.IsEmpty)
        {
            throw MlsException.Malformed("structure: bytes follow its end");
        }
    }

    public int Length()
    {
        byte first = U8();
        int length;
        int least;
        switch (first >> 6)
        {
            case 0:
                return first;
            case 1:
                (length, least) = (((first & 0x3F) << 8) | U8(), 0x40);
                break;
            case 2:
                (length, least) = (((first & 0x3F) << 24) | (U8() << 16) | U16(), 0x4000);
                break;
            default:
                throw MlsException.Malformed("vector length");
        }

        return length >= least ? length : throw MlsException.Malformed("vector length: not minimal");
    }
}
