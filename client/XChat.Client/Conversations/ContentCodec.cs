using System.Buffers;
using System.Text;

using MessagePack;

using XChat.Crypto.Franking;
using XChat.Protocol.Wallets;

namespace XChat.Client.Conversations;

/// <summary>
/// The plaintext of an application message: a MessagePack array <c>[version, kind, fields]</c> where <c>fields</c> is a map of string keys to
/// strings, 16-byte ids or bytes. Any content may carry "logHead", the signed head of the key log that its sender has seen; all carries "frankKey", the key of
/// the commitment by which it can be reported (<see cref="MessageFrank"/>).
/// Version 1 has the kinds 1 text {text, replyTo?}, 2 reaction {target, emoji}, 3 edit {target, text}, 4 group name {name},
/// 5 payment {transfer, memo}, 6 payment request {request, memo} and 7 red packet {packet, memo}. Readers ignore fields that they do
/// not know and show other kinds and versions as unsupported.
/// </summary>
public static class ContentCodec
{
    /// <summary>Longest text, bytes of UTF-8.</summary>
    public const int TextBytes = 60 * 1024;

    /// <summary>Longest group name and reaction, bytes of UTF-8.</summary>
    public const int ShortTextBytes = 256;

    /// <summary>Longest memo of a payment, bytes of UTF-8: with its padding and framing it fits into a card.</summary>
    public const int MemoBytes = 1000;

    private const int Version = 1;
    private const int MostFields = 16;

    /// <summary>Writes content.</summary>
    /// <exception cref="XChatException"><see cref="ClientErrorReason.InvalidInput"/>: too long, or of a kind that cannot be sent.</exception>
    /// <param name="content">What a person sends.</param>
    /// <param name="logHead">The signed head of the key log to tell the others, or null.</param>
    public static byte[] Write(MessageContent content, byte[]? logHead = null) => content switch
    {
        TextContent text when text.ReplyTo == Guid.Empty => Write(1, logHead, ("text", Words(text.Text))),
        TextContent text => Write(1, logHead, ("text", Words(text.Text)), ("replyTo", text.ReplyTo)),
        ReactionContent reaction => Write(2, logHead, ("target", reaction.Target), ("emoji", Bounded(reaction.Emoji, ShortTextBytes))),
        EditContent edit => Write(3, logHead, ("target", edit.Target), ("text", Words(edit.Text))),
        GroupNameContent name => Write(4, logHead, ("name", Bounded(name.Name, ShortTextBytes))),
        PaymentContent payment => Write(5, logHead, ("transfer", payment.Transfer), ("memo", Memo(payment.Memo))),
        PaymentRequestContent request => Write(6, logHead, ("request", request.Request), ("memo", Memo(request.Memo))),
        RedPacketContent packet => Write(7, logHead, ("packet", packet.Packet), ("memo", Memo(packet.Memo))),
        _ => throw new XChatException(ClientErrorReason.InvalidInput, "Content of this kind cannot be sent."),
    };

    /// <summary>The key in content by which it can be reported; null when it has none.</summary>
    public static byte[]? FrankKeyOf(ReadOnlyMemory<byte> bytes)
    {
        _ = Read(bytes, out _, out byte[]? key);
        return key is { Length: MessageFrank.KeySize } ? key : null;
    }

    /// <summary>Reads content of anybody. Never throws.</summary>
    public static MessageContent Read(ReadOnlyMemory<byte> bytes) => Read(bytes, out _);

    /// <summary>Reads content of anybody, with the head of the key log that came with it. Never throws.</summary>
    public static MessageContent Read(ReadOnlyMemory<byte> bytes, out byte[]? logHead) => Read(bytes, out logHead, out _);

    private static MessageContent Read(ReadOnlyMemory<byte> bytes, out byte[]? logHead, out byte[]? frankKey)
    {
        int kind = 0;
        (logHead, frankKey) = (null, null);
        try
        {
            MessagePackReader reader = new(bytes);
            if (reader.ReadArrayHeader() != 3 || reader.ReadInt32() is var version && version < 1)
            {
                return new UnsupportedContent(0);
            }

            kind = reader.ReadInt32();
            return Known(version == Version ? kind : 0, ref reader, out logHead, out frankKey) is var content && version == Version
                ? content
                : new UnsupportedContent(kind);
        }
        catch (Exception malformed) when (malformed
            is MessagePackSerializationException or EndOfStreamException or OverflowException or DecoderFallbackException
            or ArgumentOutOfRangeException)
        {
            // The last one is MessagePackReader's answer to a length of 2^31 and more, which it takes for a negative one.
            // Whoever sent it is in the group; what it sent is not content.
            return new UnsupportedContent(0);
        }
    }

    private static MessageContent Known(int kind, ref MessagePackReader reader, out byte[]? logHead, out byte[]? frankKey)
    {
        (logHead, frankKey) = (null, null);
        bool known = kind is >= 1 and <= 7;
        if ((known || reader.NextMessagePackType == MessagePackType.Map ? ReadFields(ref reader) : null) is not { } fields)
        {
            return new UnsupportedContent(kind);
        }

        // Also content of a kind that this version does not know can be reported.
        frankKey = fields.GetValueOrDefault("frankKey") as byte[];
        if (!known)
        {
            return new UnsupportedContent(kind);
        }

        logHead = fields.GetValueOrDefault("logHead") as byte[];
        return (kind, Text(fields, "text"), Id(fields, "target")) switch
        {
            (1, { } text, _) => new TextContent(text, Id(fields, "replyTo") ?? Guid.Empty),
            (2, _, { } target) when Text(fields, "emoji") is { } emoji => new ReactionContent(target, emoji),
            (3, { } text, { } target) => new EditContent(target, text),
            (4, _, _) when Text(fields, "name") is { } name => new GroupNameContent(name),
            (5, _, _) when Text(fields, "memo") is { } memo && Id(fields, "transfer") is { } transfer => new PaymentContent(transfer, memo),
            (6, _, _) when Text(fields, "memo") is { } memo && Id(fields, "request") is { } request => new PaymentRequestContent(request, memo),
            (7, _, _) when Text(fields, "memo") is { } memo && Id(fields, "packet") is { } packet => new RedPacketContent(packet, memo),
            _ => new UnsupportedContent(0),
        };
    }

    /// <summary>Only scalars are skipped: nested values of a stranger must not decide how deep this goes.</summary>
    private static Dictionary<string, object>? ReadFields(ref MessagePackReader reader)
    {
        int count = reader.ReadMapHeader();
        if (count > MostFields)
        {
            return null;
        }

        Dictionary<string, object> fields = [];
        for (int i = 0; i < count; i++)
        {
            string name = reader.ReadString() ?? string.Empty;
            switch (reader.NextMessagePackType)
            {
                case MessagePackType.String:
                    fields[name] = reader.ReadString()!;
                    break;
                case MessagePackType.Binary:
                    fields[name] = reader.ReadBytes()!.Value.ToArray();
                    break;
                case MessagePackType.Integer or MessagePackType.Boolean or MessagePackType.Nil or MessagePackType.Float:
                    reader.Skip();
                    break;
                default:
                    return null;
            }
        }

        return fields;
    }

    private static string? Text(Dictionary<string, object> fields, string name) => fields.GetValueOrDefault(name) as string;

    private static Guid? Id(Dictionary<string, object> fields, string name) =>
        fields.GetValueOrDefault(name) is byte[] { Length: 16 } id ? new Guid(id, bigEndian: true) : null;

    private static string Words(string text) => string.IsNullOrWhiteSpace(text)
        ? throw new XChatException(ClientErrorReason.InvalidInput, "A message needs a text.")
        : Bounded(text, TextBytes);

    private static string Bounded(string text, int bytes) => Encoding.UTF8.GetByteCount(text) <= bytes
        ? text
        : throw new XChatException(ClientErrorReason.InvalidInput, $"The text is longer than {bytes} bytes: send it in parts.");

    private static string Memo(string memo) => Encoding.UTF8.GetByteCount(memo) <= MemoBytes
        ? memo
        : throw XChatException.Of(ClientErrorReason.InvalidInput, nameof(WalletStatus.CardInvalid), $"a memo has at most {MemoBytes} bytes.");

    private static byte[] Write(int kind, byte[]? logHead, params ReadOnlySpan<(string Name, object Value)> fields)
    {
        ArrayBufferWriter<byte> buffer = new();
        MessagePackWriter writer = new(buffer);
        writer.WriteArrayHeader(3);
        writer.Write(Version);
        writer.Write(kind);
        writer.WriteMapHeader(fields.Length + (logHead is null ? 1 : 2));
        foreach ((string name, object value) in fields)
        {
            writer.Write(name);
            if (value is Guid id)
            {
                writer.Write(id.ToByteArray(bigEndian: true));
            }
            else
            {
                writer.Write((string)value);
            }
        }

        if (logHead is not null)
        {
            writer.Write("logHead");
            writer.Write(logHead);
        }

        writer.Write("frankKey");
        writer.Write(MessageFrank.NewKey());
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
