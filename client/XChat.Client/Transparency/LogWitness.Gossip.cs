using System.Collections.Concurrent;

using XChat.Client.Accounts;
using XChat.Crypto.Transparency;
using XChat.Protocol.Transparency;

namespace XChat.Client.Transparency;

/// <summary>
/// Gossip: heads travel inside encrypted messages, where the server cannot change them. A server that shows two people two logs has to keep them
/// apart for ever.
/// </summary>
internal sealed partial class LogWitness
{
    private const int MostHeard = 64;
    private const int Attempts = 3;

    private readonly ConcurrentQueue<(SignedLogHead Head, Guid User)> _heard = new();
    private readonly ConcurrentDictionary<Guid, long> _told = new();

    /// <summary>The head to put into the next message of a conversation, or null when it was told there since this program started.</summary>
    public byte[]? HeadToTell(Guid conversation)
    {
        if (Known is not { } known || Head is not { } head || _told.TryGetValue(conversation, out long told) && told >= head.Head.Size)
        {
            return null;
        }

        _told[conversation] = head.Head.Size;
        return known.SignedHead;
    }

    /// <summary>Takes note of a head that a contact has seen. What is no head is nothing.</summary>
    public void Hear(byte[]? signedHead, Guid user)
    {
        if (signedHead is not null && _heard.Count < MostHeard && SignedLogHead.TryDecode(signedHead, out SignedLogHead? head))
        {
            _heard.Enqueue((head, user));
        }
    }

    /// <summary>Compares what was heard with the log as the server shows it here. A difference is a warning, whoever is right.</summary>
    public async Task CompareHeardAsync(CancellationToken cancellationToken)
    {
        while (_heard.TryPeek(out (SignedLogHead Head, Guid User) heard))
        {
            await _turn.WaitAsync(cancellationToken);
            try
            {
                await CompareAsync(heard.Head, heard.User, cancellationToken);
            }
            catch (XChatException problem) when (problem.Reason == ClientErrorReason.Security)
            {
                // The warning is kept; the conversation itself is not at fault.
            }
            finally
            {
                _turn.Release();
            }

            _ = _heard.TryDequeue(out _);
        }
    }

    private async Task CompareAsync(SignedLogHead heard, Guid user, CancellationToken cancellationToken)
    {
        if (Known is not { } known || Head is not { } mine || mine.Head.SameLog(heard.Head))
        {
            return;
        }

        // Whoever is in a conversation can write anything: without the server's signature it proves nothing.
        if (await KeyOfHeardAsync(heard, known, cancellationToken) is null)
        {
            return;
        }

        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            LogHead own = Head!.Head;
            if (heard.Head.Size > own.Size)
            {
                own = await AdvanceAsync(await server.CallAsync(hub => hub.GetLogHead(new GetLogHeadRequest(own.Size)), cancellationToken), cancellationToken);
            }

            if (heard.Head.Size >= own.Size)
            {
                if (!heard.Head.SameLog(own))
                {
                    throw WarnOfFork(heard.Head, own, user);
                }

                return;
            }

            LogHeadView view = await server.CallAsync(hub => hub.GetLogHead(new GetLogHeadRequest(heard.Head.Size)), cancellationToken);
            if (!SignedLogHead.TryDecode(view.SignedHead, out SignedLogHead? now) || now.Head.Size < own.Size)
            {
                throw WarnOfFork(heard.Head, own, user);
            }

            if (now.Head.SameLog(own))
            {
                if (!LogRules.Continues(heard.Head, own, view.Consistency))
                {
                    throw WarnOfFork(heard.Head, own, user);
                }

                return;
            }

            // The log grew in between: first the new head, then once more.
            LogHead from = own;
            _ = await AdvanceAsync(await server.CallAsync(hub => hub.GetLogHead(new GetLogHeadRequest(from.Size)), cancellationToken), cancellationToken);
        }
    }

    /// <summary>A head of an earlier key is checked with the keys that lead to the pinned one.</summary>
    private async Task<LogKey?> KeyOfHeardAsync(SignedLogHead heard, StoredLogHead known, CancellationToken cancellationToken)
    {
        if (heard.KeyNumber >= known.KeyNumber)
        {
            return await KeyOfAsync(heard, known, cancellationToken);
        }

        GetLogKeysResult listed = await server.CallAsync(hub => hub.GetLogKeys(heard.KeyNumber), cancellationToken);
        LogKey[] keys = [.. listed.Keys.Select(key => new LogKey(key.Number, key.PublicKey, key.Endorsement))];
        return Array.Find(keys, key => key.Number == heard.KeyNumber) is { } older
            && LogKey.Follow(older, known.KeyNumber, keys) is { } reached && reached.PublicKey.AsSpan().SequenceEqual(known.PublicKey)
            && heard.Verify(older.PublicKey) ? older : null;
    }

    private XChatException WarnOfFork(LogHead heard, LogHead own, Guid user) => Refuse(
        SecurityWarningKind.LogForked, user,
        $"The server shows a contact of yours another key log than you: theirs of {heard.Size} statements is not part of yours of {own.Size}.");
}
