using System.Buffers.Binary;

namespace XChat.Crypto.Mls.Encoding;

/// <summary>Writes the TLS presentation language as MLS uses it: big-endian integers and vectors with variable-length headers (RFC 9420 section 2.1).</summary>
internal sealed class TlsWriter
{
    private byte[] _buffer = new byte[256];
    private int _length;

    public byte[] ToArray() => _buffer.AsSpan(0, _length).ToArray();

    public void U8(byte value) => Reserve(1)[0] = value;

    public void U16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Reserve(2), value);

    public void U32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Reserve(4), value);

    public void U64(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Reserve(8), value);

    public void Raw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    /// <summary>A byte string with its length in front.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Length(bytes.Length);
        Raw(bytes);
    }

    /// <summary>A vector of whatever <paramref name="content"/> writes.</summary>
    public void Vector(Action<TlsWriter> content)
    {
        TlsWriter inner = new();
        content(inner);
        Bytes(inner._buffer.AsSpan(0, inner._length));
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(inner._buffer);
    }

    /// <summary>A vector of structures.</summary>
    public void Vector<T>(IEnumerable<T> items, Action<TlsWriter, T> write) => Vector(inner =>
    {
        foreach (T item in items)
        {
            write(inner, item);
        }
    });

    /// <summary>An optional value: a presence octet, then the value.</summary>
    public void Optional<T>(T? value, Action<TlsWriter, T> write)
        where T : class
    {
        U8(value is null ? (byte)0 : (byte)1);
        if (value is not null)
        {
            write(this, value);
        }
    }

    /// <summary>The bytes of one structure.</summary>
    public static byte[] Encode(Action<TlsWriter> content)
    {
        TlsWriter writer = new();
        content(writer);
        byte[] bytes = writer.ToArray();
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(writer._buffer);
        return bytes;
    }

    private void Length(int length)
    {
        if (length < 0x40)
        {
            U8((byte)length);
        }
        else if (length < 0x4000)
        {
            U16((ushort)(length | 0x4000));
        }
        else
        {
            U32((uint)length | 0x8000_0000u);
        }
    }

    private Span<byte> Reserve(int count)
    {
        if (_length + count > _buffer.Length)
        {
            byte[] larger = new byte[Math.Max(_buffer.Length * 2, _length + count)];
            _buffer.AsSpan(0, _length).CopyTo(larger);
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(_buffer);
            _buffer = larger;
        }

        Span<byte> span = _buffer.AsSpan(_length, count);
        _length += count;
        return span;
    }
}
