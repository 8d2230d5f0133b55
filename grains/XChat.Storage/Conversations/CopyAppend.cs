using System.Buffers;
using System.Buffers.Binary;

using Npgsql;

using XChat.GrainInterfaces.Conversations;
using XChat.Grains.Conversations.GroupCommit;
using XChat.Grains.GroupCommit;
using XChat.Protocol.Conversations;

namespace XChat.Storage.Conversations;

/// <summary>
/// One COPY, one transaction for the application messages of many conversations, for chunks whose predecessors are known to be there: it looks nothing
/// up. The unique keys refuse a place or an id that is taken, and with it the whole batch.
/// </summary>
internal static class CopyAppend
{
    private const string CopySql = """
        COPY conversation_entry
            (conversation_id, seq, kind, message_id, sender_user, sender_device, epoch, created_at, expires_at, payload)
        FROM STDIN (FORMAT binary)
        """;

    private const short Fields = 10;

    // Of a row: the count of its fields, their lengths, four ids, three numbers and times of eight bytes, the kind. The payload and a timer come on top.
    private const int RowBytes = 2 + (Fields * 4) + (4 * 16) + (3 * 8) + 2;
    private const int TimerBytes = 8;

    private static readonly DateTime Epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>What a binary COPY begins with: the signature, no flags, no extension. It ends with a row of -1 fields.</summary>
    private static ReadOnlySpan<byte> Header => [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 255, (byte)'\r', (byte)'\n', 0,
        0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Writes chunks in this order.</summary>
    /// <exception cref="PostgresException">A place or an id is taken, and nothing was written.</exception>
    public static async Task<BatchWrite> RunAsync(NpgsqlConnection connection, LogChunk[] chunks, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(SizeOf(chunks));
        try
        {
            int length = Fill(buffer, chunks);
            NpgsqlRawCopyStream copy = await connection.BeginRawBinaryCopyAsync(CopySql, cancellationToken);
            // Its end is the commit, and has to answer as a statement has.
            copy.ReadTimeout = copy.WriteTimeout = connection.CommandTimeout * 1000;
            await using (copy)
            {
                // Whole or not at all: to cancel between two parts would leave the first part to be committed.
                await copy.WriteAsync(buffer.AsMemory(0, length), CancellationToken.None);
            }

            return BatchWrite.Written;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int SizeOf(LogChunk[] chunks)
    {
        int size = Header.Length + 2;
        foreach (LogChunk chunk in chunks)
        {
            for (int index = 0; index < chunk.Count; index++)
            {
                size += RowBytes + TimerBytes + chunk.Entries[index].Payload.Length;
            }
        }

        return size;
    }

    private static int Fill(Span<byte> buffer, LogChunk[] chunks)
    {
        Header.CopyTo(buffer);
        Span<byte> rest = buffer[Header.Length..];
        foreach (LogChunk chunk in chunks)
        {
            for (int index = 0; index < chunk.Count; index++)
            {
                Put(ref rest, chunk.Conversation.Value, chunk.Entries[index]);
            }
        }

        BinaryPrimitives.WriteInt16BigEndian(rest, -1);
        return buffer.Length - rest.Length + 2;
    }

    private static void Put(ref Span<byte> rest, Guid conversation, LogEntry entry)
    {
        BinaryPrimitives.WriteInt16BigEndian(rest, Fields);
        rest = rest[2..];
        Put(ref rest, conversation);
        Put(ref rest, entry.Seq);
        BinaryPrimitives.WriteInt16BigEndian(Next(ref rest, 2), (short)EntryKind.Application);
        Put(ref rest, entry.Message.Value);
        Put(ref rest, entry.Sender.User.Value);
        Put(ref rest, entry.Sender.Device.Value);
        Put(ref rest, entry.Epoch);
        Put(ref rest, Microseconds(entry.TimeMs));
        if (entry.ExpiresAtMs == 0)
        {
            BinaryPrimitives.WriteInt32BigEndian(rest, -1);
            rest = rest[4..];
        }
        else
        {
            Put(ref rest, Microseconds(entry.ExpiresAtMs));
        }

        entry.Payload.CopyTo(Next(ref rest, entry.Payload.Length));
    }

    private static void Put(ref Span<byte> rest, Guid value) => value.TryWriteBytes(Next(ref rest, 16), bigEndian: true, out _);

    private static void Put(ref Span<byte> rest, long value) => BinaryPrimitives.WriteInt64BigEndian(Next(ref rest, 8), value);

    /// <summary>The place of a field, behind its length.</summary>
    private static Span<byte> Next(ref Span<byte> rest, int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(rest, length);
        Span<byte> field = rest.Slice(4, length);
        rest = rest[(4 + length)..];
        return field;
    }

    /// <summary>A time as PostgreSQL has it: microseconds since 2000.</summary>
    private static long Microseconds(long unixMs) => (unixMs - (Epoch.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond) * 1000;
}
