using System.Buffers.Binary;

namespace XChat.Grains.Conversations.Mls;

/// <summary>Reads the presentation language of RFC 9420 section 2.1 from untrusted bytes. It copies nothing and never reads past the end.</summary>
internal ref struct TlsReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool AtEnd => _rest.IsEmpty;

    public bool TryReadByte(out byte value)
    {
        bool there = TryTake(1, out ReadOnlySpan<byte> taken);
        value = there ? taken[0] : default;
        return there;
    }

    public bool TryReadUInt16(out ushort value)
    {
        bool there = TryTake(2, out ReadOnlySpan<byte> taken);
        value = there ? BinaryPrimitives.ReadUInt16BigEndian(taken) : default;
        return there;
    }

    public bool TryReadUInt32(out uint value)
    {
        bool there = TryTake(4, out ReadOnlySpan<byte> taken);
        value = there ? BinaryPrimitives.ReadUInt32BigEndian(taken) : default;
        return there;
    }

    public bool TryReadUInt64(out ulong value)
    {
        bool there = TryTake(8, out ReadOnlySpan<byte> taken);
        value = there ? BinaryPrimitives.ReadUInt64BigEndian(taken) : default;
        return there;
    }

    /// <summary>A vector with its variable-size length in front; the length has to be in its shortest form.</summary>
    public bool TryReadVector(out ReadOnlySpan<byte> value)
    {
        value = default;
        return TryReadLength(out int length) && TryTake(length, out value);
    }

    private bool TryReadLength(out int length)
    {
        length = 0;
        if (_rest.IsEmpty)
        {
            return false;
        }

        int prefix = _rest[0] >> 6;
        int size = 1 << prefix;
        if (prefix == 3 || !TryTake(size, out ReadOnlySpan<byte> taken))
        {
            return false;
        }

        length = taken[0] & 0x3F;
        foreach (byte next in taken[1..])
        {
            length = (length << 8) | next;
        }

        return prefix == 0 || length >= (prefix == 1 ? 1 << 6 : 1 << 14);
    }

    private bool TryTake(int length, out ReadOnlySpan<byte> taken)
    {
        if (length > _rest.Length)
        {
            taken = default;
            return false;
        }

        taken = _rest[..length];
        _rest = _rest[length..];
        return true;
    }
}
