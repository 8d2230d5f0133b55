using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using XChat.GrainInterfaces.Accounts;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Accounts;

/// <inheritdoc cref="IAccountGrain"/>
/// <remarks>
/// Decide, commit, apply, notify. The row's version fences every write: an activation that was overtaken loses, loads the row again and decides
/// anew. A write whose outcome is unknown is treated the same way.
/// It is asked when somebody connects and when devices change, and leaves the memory soon after: its row is one read away.
/// </remarks>
[GrainType("account"), CollectionAgeLimit(Minutes = 2)]
public sealed partial class AccountGrain(
    AccountPorts ports,
    IOptionsMonitor<RegistrationOptions> registration,
    IOptions<AccountOptions> options,
    AccountMetrics metrics,
    TimeProvider time,
    ILogger<AccountGrain> logger) : Grain, IAccountGrain, IAccountUpkeepGrain
{
    private static readonly AccountDescription Nobody = new(false, string.Empty, [], [], 0, []);

    private UserId _id;
    private StoredAccount? _account;
    private AccountDescription _description = Nobody;
    private bool _unsure = true;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = new UserId(this.GetPrimaryKey());
        await CurrentAsync();
        FollowUp();
    }

    /// <inheritdoc/>
    public async Task<AccountRegistered> Register(RegisterAccount request)
    {
        AccountRegistered answer = await DecideAndRegisterAsync(request);
        metrics.Registered(answer.Status);
        return answer;
    }

    /// <inheritdoc/>
    public async Task<AccountDescription> Describe()
    {
        if (await CurrentAsync() is null)
        {
            // Guessed ids must not fill the memory.
            DeactivateOnIdle();
        }

        return _description;
    }

    /// <inheritdoc/>
    public async Task<DeviceListPublished> PublishDeviceList(PublishDeviceList request)
    {
        PublishDeviceListStatus status = await DecideAndPublishAsync(request);
        metrics.Published(status);
        if (status == PublishDeviceListStatus.Accepted)
        {
            // Whoever revoked a device may rely on its sessions having ended. If that fails now, it is made good, as the rest is.
            await TryEndSessionsAsync();
            FollowUp();
        }

        return new DeviceListPublished(status, _account?.Version ?? 0);
    }

    private async Task<AccountRegistered> DecideAndRegisterAsync(RegisterAccount request)
    {
        while (true)
        {
            RegistrationDecision decision = AccountRules.DecideRegister(
                await CurrentAsync(), _id, request, registration.CurrentValue.RegistrationDifficulty, time.GetUtcNow().ToUnixTimeMilliseconds());
            if (decision.Account is not { } account)
            {
                return await RefuseAsync(decision);
            }

            switch (await WriteAsync(() => ports.Accounts.RegisterAsync(account, time.GetUtcNow(), CancellationToken.None)))
            {
                case RegisterWrite.Registered:
                    Apply(account);
                    return new AccountRegistered(RegisterStatus.Accepted, account.Handle);
                case RegisterWrite.HandleTaken:
                    return new AccountRegistered(RegisterStatus.HandleTaken, null);
                default:
                    // Another activation registered the account: its row is there, so the next decision is the last.
                    _unsure = true;
                    break;
            }
        }
    }

    /// <summary>A taken handle takes precedence over a bad device list, and only the directory knows of it.</summary>
    private async Task<AccountRegistered> RefuseAsync(RegistrationDecision decision) => decision.Status switch
    {
        RegisterStatus.AlreadyAccepted => new AccountRegistered(decision.Status, decision.Handle),
        RegisterStatus.DeviceListInvalid
            when !(await ports.Handles.FindLookalikeAsync(HandleRules.Skeleton(decision.Handle), CancellationToken.None)).IsEmpty =>
            new AccountRegistered(RegisterStatus.HandleTaken, null),
        _ => new AccountRegistered(decision.Status, null),
    };

    private async Task<PublishDeviceListStatus> DecideAndPublishAsync(PublishDeviceList request)
    {
        while (true)
        {
            StoredAccount? account = await CurrentAsync();
            PublishDecision decision = AccountRules.DecidePublish(account, request);
            if (decision.Write is not { } write)
            {
                return decision.Status;
            }

            if (await WriteAsync(() => ports.Accounts.PublishAsync(write, time.GetUtcNow(), CancellationToken.None)))
            {
                Apply(AccountRules.Apply(account!, write));
                return PublishDeviceListStatus.Accepted;
            }

            // Another activation published. With its list loaded, this one is stale or the same.
            LogOvertaken(_id);
            _unsure = true;
        }
    }

    /// <summary>The account as its row has it; from memory unless that is in doubt.</summary>
    private async Task<StoredAccount?> CurrentAsync()
    {
        if (_unsure)
        {
            _unsure = false;
            StoredAccount? stored = await WriteAsync(() => ports.Accounts.LoadAsync(_id, CancellationToken.None));
            // Reads interleave: one that began before a write may end after it, and must not undo what that applied.
            if (stored is not null && stored.Version >= (_account?.Version ?? 0))
            {
                Apply(stored);
            }
        }

        return _account;
    }

    /// <summary>After storage failed in whatever way, memory is in doubt.</summary>
    private async Task<T> WriteAsync<T>(Func<Task<T>> access)
    {
        try
        {
            return await access();
        }
        catch
        {
            _unsure = true;
            throw;
        }
    }

    private void Apply(StoredAccount account)
    {
        _description = account.Describe();
        _account = account;
    }
}
