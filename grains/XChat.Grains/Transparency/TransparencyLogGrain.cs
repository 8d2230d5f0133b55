using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using XChat.Crypto.Transparency;
using XChat.GrainInterfaces;
using XChat.GrainInterfaces.Transparency;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.Transparency;

namespace XChat.Grains.Transparency;

/// <inheritdoc cref="ITransparencyLogGrain"/>
/// <remarks>
/// All hashes are in memory (by estimate 400 bytes an account), read from the rows at activation and held against the head that was signed: a log whose rows
/// were changed is not served. Statements themselves are read when they are asked for.
/// </remarks>
[GrainType("transparency-log")]
public sealed partial class TransparencyLogGrain(
    ITransparencyStore store,
    IOptions<TransparencyOptions> options,
    TransparencyMetrics metrics,
    TimeProvider time,
    ILogger<TransparencyLogGrain> logger) : Grain, ITransparencyLogGrain, ITransparencyUpkeepGrain
{
    private readonly TransparencyOptions _options = options.Value;
    private readonly KeyLog _log = new();

    /// <summary>What the database has for certain; the log may be ahead of it while a transaction runs.</summary>
    private Published? _published;

    private LogSigner? _signer;
    private Task<bool>? _running;
    private Task<bool>? _next;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken) => DrainAsync();

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _signer?.Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task Drain() => DrainAsync();

    /// <inheritdoc/>
    public async Task<StatementLookedUp> LookUp(LookUpStatement request)
    {
        StatementLookedUp answer = HandleRules.Check(request.Handle, out string label) is RegisterStatus.Accepted or RegisterStatus.HandleReserved
            ? await LookUpAsync(label, request)
            : new StatementLookedUp(LookUpStatementStatus.NotLogged, Describe(await FreshAsync(), request.FromSize), [], 0, [], []);
        metrics.LookedUp(answer.Status);
        return answer;
    }

    /// <inheritdoc/>
    public async Task<LogHeadDescribed> DescribeHead(DescribeLogHead request) => Describe(await FreshAsync(), request.FromSize);

    /// <inheritdoc/>
    public async Task<LogPageRead> Read(ReadLogPage request)
    {
        long size = (await FreshAsync()).State.Size;
        int limit = (int)Math.Clamp(size - request.From, 0, Math.Clamp(request.Limit, 0, Limits.LogStatementsPerPage));
        return new LogPageRead(
            request.From >= 0 && limit > 0 ? await store.ReadAsync(request.From, limit, CancellationToken.None) : []);
    }

    /// <inheritdoc/>
    public async Task<LogKeysListed> ListKeys()
    {
        _ = await FreshAsync();
        return new LogKeysListed([.. _signer!.Keys.Select(key => new LogKeyDescription(key.Number, key.PublicKey, key.Endorsement))]);
    }

    private async Task<StatementLookedUp> LookUpAsync(string label, LookUpStatement request)
    {
        byte[] key = AccountStatement.KeyOf(label);
        Published published = await FreshAsync();
        if (published.State.Map.Find(key) is not { } known || known.Version < request.Version)
        {
            bool level = await DrainAsync();
            published = await FreshAsync();
            if (!level && !(published.State.Map.Find(key) is { } now && now.Version >= request.Version))
            {
                // It may be among those that still wait: neither "logged" nor "not logged" would be true.
                throw new StorageUnavailableException("The key log has not caught up with the accounts yet.");
            }
        }

        LogHeadDescribed head = Describe(published, request.FromSize);
        if (_log.Prove(published.State, label) is not { } proof)
        {
            return new StatementLookedUp(LookUpStatementStatus.NotLogged, head, [], 0, [], []);
        }

        IReadOnlyList<byte[]> statement = await store.ReadAsync(proof.Index, 1, CancellationToken.None);
        return new StatementLookedUp(LookUpStatementStatus.Found, head, statement[0], proof.Index, proof.Inclusion, proof.Path);
    }

    private LogHeadDescribed Describe(Published published, long fromSize) => new(
        published.SignedHead,
        fromSize >= 0 && fromSize <= published.State.Size ? _log.ProveConsistency(fromSize, published.State) : []);

    /// <summary>What is published, with a head that is not too old.</summary>
    private async Task<Published> FreshAsync()
    {
        if (_published is null || IsOld(_published))
        {
            await DrainAsync();
        }

        return _published ?? throw new StorageUnavailableException("The key log is being written by another activation.");
    }

    private bool IsOld(Published published) =>
        time.GetUtcNow().ToUnixTimeMilliseconds() - published.TimeMs > _options.HeadLifetime.TotalMilliseconds;

    /// <summary>The applied log, the bytes of its signed head, and the time and the key number in it.</summary>
    private sealed record Published(KeyLogState State, byte[] SignedHead, long TimeMs, int KeyNumber);
}
