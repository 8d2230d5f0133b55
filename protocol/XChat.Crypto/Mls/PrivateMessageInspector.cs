using System.Diagnostics.CodeAnalysis;

using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Mls;

/// <summary>What shows of an encrypted application message.</summary>
public readonly record struct PrivateMessageInfo(Guid Group, long Epoch);

/// <summary>Reads the header of encrypted application messages for the delivery service.</summary>
public static class PrivateMessageInspector
{
    /// <summary>
    /// The authenticated data of an encrypted application message, which its sender signed and everybody sees. Never throws on foreign bytes.
    /// </summary>
    public static bool TryReadAuthenticatedData(ReadOnlySpan<byte> mlsMessage, [NotNullWhen(true)] out byte[]? data)
    {
        data = null;
        if (!TryInspect(mlsMessage, out _))
        {
            return false;
        }

        TlsReader reader = new(mlsMessage);
        _ = (reader.U16(), reader.U16());
        _ = reader.Span();
        _ = reader.U64();
        _ = FramedContent.ReadType(ref reader);
        data = reader.Span().ToArray();
        return true;
    }

    /// <summary>
    /// Whether the bytes are a well-formed PrivateMessage with application content of a group whose id is a UUID (16 bytes, big-endian). Allocates
    /// nothing.
    /// </summary>
    public static bool TryInspect(ReadOnlySpan<byte> mlsMessage, out PrivateMessageInfo info)
    {
        info = default;
        try
        {
            TlsReader reader = new(mlsMessage);
            if (reader.U16() != MlsMessage.Version || reader.U16() != (ushort)WireFormat.PrivateMessage)
            {
                return false;
            }

            ReadOnlySpan<byte> group = reader.Span();
            ulong epoch = reader.U64();
            bool application = FramedContent.ReadType(ref reader) == ContentType.Application;
            _ = reader.Span();
            bool encrypted = !reader.Span().IsEmpty && !reader.Span().IsEmpty;
            if (group.Length != 16 || epoch > long.MaxValue || !application || !encrypted || !reader.AtEnd)
            {
                return false;
            }

            info = new PrivateMessageInfo(new Guid(group, bigEndian: true), (long)epoch);
            return true;
        }
        catch (MlsException)
        {
            // Hostile or broken bytes; the answer is no.
            return false;
        }
    }
}
