namespace XChat.Grains.Conversations.Mls;

/// <summary>Reads the clear part of an MLS application message (PrivateMessage, RFC 9420 section 6.3).</summary>
public static class MessageReader
{
    private const byte ApplicationContent = 1;

    /// <summary>Its group and epoch; null when the bytes are not exactly one such message. Runs for every append, so it allocates nothing.</summary>
    public static MessageFacts? TryRead(ReadOnlySpan<byte> bytes)
    {
        TlsReader reader = new(bytes);
        return MlsWire.TryReadHeader(ref reader, MlsWire.PrivateMessage)
            && reader.TryReadVector(out ReadOnlySpan<byte> group) && group.Length == MlsWire.GroupIdBytes
            && reader.TryReadUInt64(out ulong epoch) && epoch <= long.MaxValue
            && reader.TryReadByte(out byte content) && content == ApplicationContent
            && reader.TryReadVector(out _)
            && reader.TryReadVector(out ReadOnlySpan<byte> senderData) && !senderData.IsEmpty
            && reader.TryReadVector(out ReadOnlySpan<byte> ciphertext) && !ciphertext.IsEmpty
            && reader.AtEnd
            ? new MessageFacts(new Guid(group, bigEndian: true), (long)epoch)
            : null;
    }
}
