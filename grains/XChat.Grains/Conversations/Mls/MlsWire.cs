namespace XChat.Grains.Conversations.Mls;

/// <summary>Numbers of RFC 9420 that both readers share, and of XChat's profile of it.</summary>
internal static class MlsWire
{
    public const ushort PublicMessage = 1;
    public const ushort PrivateMessage = 2;

    /// <summary>XChat's group ids are UUIDs.</summary>
    public const int GroupIdBytes = 16;

    private const ushort Mls10 = 1;

    public static bool TryReadHeader(ref TlsReader reader, ushort wireFormat) =>
        reader.TryReadUInt16(out ushort version) && version == Mls10
        && reader.TryReadUInt16(out ushort format) && format == wireFormat;
}
