using System.Buffers.Binary;
using System.Security.Cryptography;

using XChat.Client.Accounts;
using XChat.Client.Conversations;
using XChat.Client.Store;
using XChat.Crypto.History;

namespace XChat.Client.History;

/// <summary>
/// A file with all conversations of a device, encrypted under a passphrase: <c>XCHATHST</c>, a format byte (1), the user id, a salt of 16 bytes, and segments
/// (<see cref="HistoryKey"/>), each behind its length as 4 bytes big-endian. They are numbered from 1 and chained, and the last says that it is the last: what
/// was cut off, exchanged or added is noticed.
/// </summary>
internal static class HistoryFile
{
    private const int HeaderSize = 8 + 1 + 16 + PassphraseKey.SaltSize;
    private const int MessagesAtOnce = 500;
    private const byte Format = 1;

    // What the records around messages take at most, and the conversation's description.
    private const int Room = HistoryKey.MaxContent - (16 * 1024);

    private static ReadOnlySpan<byte> Magic => "XCHATHST"u8;

    /// <summary>Writes the file; an existing one is not overwritten.</summary>
    /// <returns>How many messages it holds.</returns>
    public static async Task<int> WriteAsync(ProfileStore store, Guid user, string path, string passphrase, CancellationToken cancellationToken)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(PassphraseKey.SaltSize);
        using HistoryKey key = await Task.Run(() => PassphraseKey.Of(passphrase, salt), cancellationToken);
        await using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        await file.WriteAsync((byte[])[.. Magic, Format, .. user.ToByteArray(bigEndian: true), .. salt], cancellationToken);
        (long number, byte[] previous, int messages) = (0, HistoryKey.NoPrevious, 0);
        foreach (HistoryContent content in Contents(store, user))
        {
            byte[] segment = key.Seal(user, ++number, previous, StoreFormat.Write(content));
            byte[] length = new byte[sizeof(int)];
            BinaryPrimitives.WriteInt32BigEndian(length, segment.Length);
            await file.WriteAsync(length, cancellationToken);
            await file.WriteAsync(segment, cancellationToken);
            previous = HistoryKey.HashOf(segment);
            messages += content.Messages.Length;
        }

        file.Flush(flushToDisk: true);
        return messages;
    }

    /// <summary>Reads a file to its end before anything of it is stored.</summary>
    /// <exception cref="XChatException">The file is another account's, incomplete, changed, or the passphrase is wrong.</exception>
    public static async Task<IReadOnlyList<HistoryContent>> ReadAsync(Guid user, string path, string passphrase, CancellationToken cancellationToken)
    {
        await using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        byte[] header = new byte[HeaderSize];
        int read = await file.ReadAtLeastAsync(header, HeaderSize, throwOnEndOfStream: false, cancellationToken);
        if (read < HeaderSize || !header.AsSpan(0, Magic.Length).SequenceEqual(Magic) || header[Magic.Length] != Format)
        {
            throw new XChatException(ClientErrorReason.InvalidInput, $"{path} is no history that xchat history export wrote.");
        }

        if (new Guid(header.AsSpan(Magic.Length + 1, 16), bigEndian: true) != user)
        {
            throw new XChatException(ClientErrorReason.InvalidInput, $"{path} is the history of another account.");
        }

        using HistoryKey key = await Task.Run(() => PassphraseKey.Of(passphrase, header.AsSpan(^PassphraseKey.SaltSize..)), cancellationToken);
        List<HistoryContent> contents = [];
        byte[] previous = HistoryKey.NoPrevious;
        byte[] length = new byte[sizeof(int)];
        while (contents is not [.., { Last: true }])
        {
            int size = await file.ReadAtLeastAsync(length, sizeof(int), throwOnEndOfStream: false, cancellationToken) == sizeof(int)
                ? BinaryPrimitives.ReadInt32BigEndian(length)
                : 0;
            byte[] segment = size is > 0 and <= Protocol.Limits.HistorySegmentBytes ? new byte[size] : throw Damaged(path);
            if (await file.ReadAtLeastAsync(segment, size, throwOnEndOfStream: false, cancellationToken) != size
                || !HistoryKey.TryReadHeader(segment, out _, out byte[]? follows) || !follows.AsSpan().SequenceEqual(previous))
            {
                throw Damaged(path);
            }

            byte[] content = key.Open(user, contents.Count + 1, segment) ?? throw (contents.Count > 0
                ? Damaged(path)
                : new XChatException(ClientErrorReason.InvalidInput, $"The passphrase is not that of {path}, or the file was changed. Nothing was read."));
            contents.Add(StoreFormat.Read<HistoryContent>(content));
            previous = HistoryKey.HashOf(segment);
        }

        return file.Position == file.Length ? contents : throw Damaged(path);
    }

    private static XChatException Damaged(string path) =>
        new(ClientErrorReason.InvalidInput, $"{path} is incomplete or was changed. Nothing was read.");

    private static IEnumerable<HistoryContent> Contents(ProfileStore store, Guid own)
    {
        foreach (StoredPerson[] people in store.Read(transaction => transaction.People()).Where(person => person.User != own).Chunk(8))
        {
            yield return new HistoryContent([], people, [], null);
        }

        foreach (StoredConversation conversation in store.Read(transaction => transaction.Conversations()))
        {
            HistoryConversation description = conversation.ForHistory();
            long before = long.MaxValue;
            while (store.Read(transaction => transaction.Messages(conversation.Id, before, MessagesAtOnce)) is { Count: > 0 } page)
            {
                before = page[0].Seq;
                foreach (StoredMessage[] some in Fitting(page.Where(StoreTransaction.IsForHistory)))
                {
                    yield return new HistoryContent(some, [], [description], null);
                }
            }
        }

        yield return new HistoryContent([], [], [], null, Last: true);
    }

    private static IEnumerable<StoredMessage[]> Fitting(IEnumerable<StoredMessage> messages)
    {
        List<StoredMessage> some = [];
        int bytes = 0;
        foreach (StoredMessage message in messages)
        {
            int size = StoreFormat.Write(message).Length;
            if (bytes + size > Room)
            {
                yield return [.. some];
                some.Clear();
                bytes = 0;
            }

            some.Add(message);
            bytes += size;
        }

        if (some.Count > 0)
        {
            yield return [.. some];
        }
    }
}
