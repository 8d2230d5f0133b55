using System.Security.Cryptography;

using XChat.Client.Accounts;
using XChat.Client.Conversations;
using XChat.Client.Store;
using XChat.Crypto.History;
using XChat.Protocol.History;

namespace XChat.Client.History;

/// <summary>
/// Keeps the history of the account level with this device: reads what other devices appended, newest first, and appends what is not there yet. A chain that
/// went back or does not continue is said and not used.
/// </summary>
internal sealed class HistorySync(ChatContext context) : IDisposable
{
    private const int DueAtOnce = 500;
    private const int AppendTries = 5;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private bool _refused;

    private HistoryState State => context.Store.Read(transaction => transaction.Setting<HistoryState>(HistoryState.Setting)) ?? HistoryState.None;

    /// <summary>Whether this device has never seen the chain.</summary>
    public bool IsFresh => State.Number == 0;

    /// <summary>Reads what is new and appends what is due.</summary>
    /// <param name="append">Whether to append.</param>
    /// <param name="mostPages">How much to read at most; the next run goes on from there.</param>
    /// <param name="cancellationToken">Gives up; what was read stays.</param>
    /// <exception cref="XChatException">The server cannot be reached, or the chain is not the one that this device has seen.</exception>
    public async Task<HistoryReport> RunAsync(bool append, int mostPages, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            HistoryReport report = await ReadAsync(mostPages, cancellationToken);
            if (append && !_refused)
            {
                await AppendAsync(cancellationToken);
            }

            return report with { Segments = State.Number };
        }
        finally
        {
            _ = _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task<HistoryReport> ReadAsync(int mostPages, CancellationToken cancellationToken)
    {
        HistoryReport report = new(0, 0, 0);
        for (int pages = 0; pages < mostPages; pages++)
        {
            HistoryState state = State;
            ReadHistoryResult page = await context.Server.CallAsync(
                hub => hub.ReadHistory(state.Reading ? new ReadHistoryRequest(state.Before, state.Floor) : new ReadHistoryRequest(0, state.Number)),
                cancellationToken);
            if (page.HeadNumber < state.Number)
            {
                throw Refuse(
                    SecurityWarningKind.HistoryRolledBack,
                    $"The server's copy of your history went back: this device has seen {state.Number} parts of it, now there are {page.HeadNumber}.");
            }

            if (page.Segments.Count == 0)
            {
                return state.Reading ? throw Broken() : report;
            }

            report += Take(state, page.Segments);
        }

        return report;
    }

    /// <summary>Checks a page against the chain, and stores what it holds in one transaction with how far this device is.</summary>
    private HistoryReport Take(HistoryState state, IReadOnlyList<HistorySegmentView> page)
    {
        HistoryState after = HistoryChain.Follow(state, page) ?? throw Broken();
        using HistoryKeyring keys = new(context.Store);
        HistoryContent[] contents = [.. page.Select(segment => Open(keys, segment)).OfType<HistoryContent>()];
        int messages = 0;
        context.Store.Write(transaction =>
        {
            foreach (HistoryContent content in contents)
            {
                HistoryKeyring.Keep(transaction, content.FormerKey);
                messages += HistoryRestore.Apply(transaction, content, context.Device.User);
            }

            transaction.PutSetting(HistoryState.Setting, after);
        });
        return new HistoryReport(messages, 0, page.Count - contents.Length);
    }

    /// <summary>Null: the segment is under a key that this device does not have.</summary>
    private HistoryContent? Open(HistoryKeyring keys, HistorySegmentView segment)
    {
        if (keys.Open(context.Device.User, segment) is not { } bytes)
        {
            return keys.HasKeyOf(segment) ? throw Broken() : null;
        }

        HistoryContent content = StoreFormat.Read<HistoryContent>(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        keys.Learn(content.FormerKey);
        return content;
    }

    private async Task AppendAsync(CancellationToken cancellationToken)
    {
        for (int tries = 0; tries < AppendTries;)
        {
            HistoryState state = State;
            using HistoryKeyring keys = new(context.Store);
            byte[]? former = state.Number > 0 && !state.KeyId.AsSpan().SequenceEqual(keys.Present.Id) ? keys.Find(state.KeyId) : null;
            if (HistoryBatch.Next(context.Store, context.Device.User, DueAtOnce, former) is not { } content)
            {
                return;
            }

            byte[] segment = keys.Present.Seal(context.Device.User, state.Number + 1, state.Hash, StoreFormat.Write(content));
            AppendHistoryResult answer = await context.Server.CallAsync(
                hub => hub.AppendHistory(new AppendHistoryRequest(state.Number + 1, state.Hash, segment)), cancellationToken);
            switch (answer.Status)
            {
                case HistoryStatus.Accepted or HistoryStatus.AlreadyAccepted:
                    Note(state.Number + 1, segment, keys.Present.Id, content);
                    tries = 0;
                    break;
                case HistoryStatus.Behind:
                    // Another device was first; what it has appended need not be appended again.
                    _ = await ReadAsync(int.MaxValue, cancellationToken);
                    tries++;
                    break;
                default:
                    _refused = true;
                    throw new XChatException(
                        ClientErrorReason.Refused,
                        answer.Status == HistoryStatus.Full
                            ? "The server keeps no more history of this account. What was kept stays; save the rest with xchat history export."
                            : $"The server does not take the history of this device: {answer.Status}.");
            }
        }
    }

    private void Note(long number, byte[] segment, byte[] keyId, HistoryContent content)
    {
        HistoryState appended = State with { Number = number, Hash = HistoryKey.HashOf(segment), KeyId = keyId };
        context.Store.Write(transaction =>
        {
            transaction.PutSetting(HistoryState.Setting, appended);
            HistoryRestore.Settle(transaction, content);
        });
    }

    private XChatException Broken() => Refuse(
        SecurityWarningKind.HistoryForged,
        "The server's copy of your history does not hold together: parts of it were exchanged, left out or are not of your devices. It was not used.");

    private XChatException Refuse(SecurityWarningKind kind, string text)
    {
        context.Warnings.Raise(kind, Guid.Empty, Guid.Empty, text);
        return new XChatException(ClientErrorReason.Security, text);
    }
}

/// <summary>What reading the history brought. <c>Unreadable</c> segments are under keys that this device does not have.</summary>
public sealed record HistoryReport(int Messages, long Segments, int Unreadable)
{
    /// <summary>Both together.</summary>
    public static HistoryReport operator +(HistoryReport one, HistoryReport other) =>
        new(one.Messages + other.Messages, one.Segments + other.Segments, one.Unreadable + other.Unreadable);
}
