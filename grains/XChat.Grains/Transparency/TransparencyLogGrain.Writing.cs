using XChat.Crypto.Transparency;

namespace XChat.Grains.Transparency;

/// <summary>
/// Writing, one transaction at a time. A write that failed, whose outcome is unknown, or that another activation got ahead of, takes the log in memory back
/// to what is certain; before the next one it is brought level with the rows.
/// </summary>
public sealed partial class TransparencyLogGrain
{
    private const int LoadPage = 5_000;

    private bool _unsure = true;

    /// <summary>
    /// Logs what waits, for one turn. A caller gets a drain that began after its call; callers that come while one runs share the next. True: nothing is left.
    /// </summary>
    private Task<bool> DrainAsync()
    {
        if (_running is not { IsCompleted: false })
        {
            return _running = DrainOnceAsync();
        }

        return _next ??= DrainAfterAsync(_running);
    }

    private async Task<bool> DrainAfterAsync(Task running)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _next = null;
        _running = DrainOnceAsync();
        return await _running;
    }

    private async Task<bool> DrainOnceAsync()
    {
        long since = time.GetTimestamp();
        while (true)
        {
            await LevelAsync();
            IReadOnlyList<PendingStatement> pending = await store.ReadPendingAsync(_options.Batch, CancellationToken.None);
            bool needed = pending.Count > 0 || _published is null || IsOld(_published) || _signer!.Current.Number > _published.KeyNumber;
            if (!needed || (await TryWriteAsync(pending) && pending.Count < _options.Batch))
            {
                return true;
            }

            if (time.GetElapsedTime(since) >= _options.Turn)
            {
                return false;
            }
        }
    }

    private async Task<bool> TryWriteAsync(IReadOnlyList<PendingStatement> pending)
    {
        KeyLogState before = _log.State;
        bool written = false;
        try
        {
            IReadOnlyList<NewStatement> statements = TransparencyRules.Append(_log, pending);
            long nowMs = Math.Max(time.GetUtcNow().ToUnixTimeMilliseconds(), _published?.TimeMs ?? 0);
            SignedLogHead head = _signer!.Sign(_log.Head(_log.State, nowMs));
            byte[] signed = head.Encode();
            LogBatch batch = new(before.Size, statements, [.. pending.Select(change => change.Position)], new StoredLogHead(head.Head.Size, signed));
            written = await store.AppendAsync(batch, CancellationToken.None);
            if (written)
            {
                _published = new Published(_log.State, signed, nowMs, head.KeyNumber);
                metrics.Appended(statements.Count);
            }
            else
            {
                LogOvertaken();
            }

            return written;
        }
        finally
        {
            if (!written)
            {
                _unsure = true;
                _log.Return(before);
            }
        }
    }

    /// <summary>Brings the memory level with the rows, where it may differ from them.</summary>
    private async Task LevelAsync()
    {
        if (!_unsure)
        {
            return;
        }

        // Another activation may have rotated the key.
        LogSigner signer = await LogSigner.LoadAsync(store, _options.KeyNumber, CancellationToken.None);
        _signer?.Dispose();
        _signer = signer;
        StoredLogHead? stored = await store.LoadHeadAsync(CancellationToken.None);
        if (stored is not null)
        {
            await ReplayAsync(stored.Size);
            Published published = Check(stored);
            _published = published;
        }

        _unsure = false;
    }

    private async Task ReplayAsync(long size)
    {
        KeyLogState before = _log.State;
        try
        {
            while (_log.State.Size < size)
            {
                int most = (int)Math.Min(LoadPage, size - _log.State.Size);
                IReadOnlyList<byte[]> page = await store.ReadAsync(_log.State.Size, most, CancellationToken.None);
                if (page.Count == 0)
                {
                    throw new InvalidDataException($"The key log in the database ends at {_log.State.Size}, its head says {size}.");
                }

                foreach (byte[] statement in page)
                {
                    TransparencyRules.Replay(_log, statement);
                }
            }
        }
        catch
        {
            _log.Return(before);
            throw;
        }
    }

    /// <summary>What was signed has to be what the rows say, or nothing is served.</summary>
    private Published Check(StoredLogHead stored)
    {
        bool genuine = SignedLogHead.TryDecode(stored.SignedHead, out SignedLogHead? head)
            && _signer!.Keys.FirstOrDefault(key => key.Number == head.KeyNumber) is { } key && head.Verify(key.PublicKey)
            && head.Head.SameLog(_log.Head(_log.State, head.Head.TimeMs));
        return genuine
            ? new Published(_log.State, stored.SignedHead, head!.Head.TimeMs, head.KeyNumber)
            : throw new InvalidDataException("The key log in the database is not the one that was signed: rows were changed or lost.");
    }
}
