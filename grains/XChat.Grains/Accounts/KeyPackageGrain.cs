using Microsoft.Extensions.Options;

using XChat.GrainInterfaces.Accounts;
using XChat.Protocol;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Accounts;

/// <inheritdoc cref="IKeyPackageGrain"/>
/// <remarks>
/// The packages are in the database alone, where two activations cannot hand one out twice. What this grain adds is that nobody takes all one-time
/// packages of another: a person who asks too often gets the last resort, which is never used up.
/// </remarks>
[GrainType("key-package")]
public sealed class KeyPackageGrain(
    IKeyPackageStore store,
    IOptions<AccountOptions> options,
    AccountMetrics metrics,
    TimeProvider time) : Grain, IKeyPackageGrain
{
    private readonly ClaimBudget _budget = new(options.Value.ClaimBurst, options.Value.ClaimPause, options.Value.ClaimersCounted);

    private UserId Owner => new(this.GetPrimaryKey());

    /// <inheritdoc/>
    public async Task<KeyPackagesPublished> Publish(PublishKeyPackages request)
    {
        KeyPackagesPublished answer = await DecideAndPublishAsync(request);
        metrics.KeyPackagesPublished(answer.Status);
        return answer;
    }

    /// <inheritdoc/>
    public async Task<KeyPackagesClaimed> Claim(ClaimKeyPackages request)
    {
        AccountDescription account = await GrainFactory.Account(Owner).Describe();
        if (account.Devices.Count == 0)
        {
            return new KeyPackagesClaimed([]);
        }

        bool limited = !_budget.TryTake(request.Caller.User, time.GetUtcNow());
        KeyPackageClaim claim = new(Owner, [.. account.Devices.Select(device => device.Device)], limited);
        IReadOnlyList<DeviceKeyPackage> packages = await store.ClaimAsync(claim, time.GetUtcNow(), CancellationToken.None);
        metrics.Claimed(limited, packages.Count, claim.Devices.Count);
        return new KeyPackagesClaimed(packages);
    }

    private async Task<KeyPackagesPublished> DecideAndPublishAsync(PublishKeyPackages request)
    {
        DateTimeOffset now = time.GetUtcNow();
        AccountDescription account = await GrainFactory.Account(Owner).Describe();
        if (request.Caller.User != Owner
            || account.Devices.FirstOrDefault(certified => certified.Device == request.Caller.Device) is not { } device)
        {
            return new KeyPackagesPublished(KeyPackageStatus.DeviceRevoked, 0);
        }

        if (!KeyPackageRules.TryRead(request, device, now.ToUnixTimeSeconds(), out KeyPackageUpload? upload))
        {
            return new KeyPackagesPublished(KeyPackageStatus.Invalid, 0);
        }

        // An upload that can never fit is not stored in part either: an empty one tells what the device has.
        bool fits = request.OneTime.Count <= Limits.KeyPackagesPerDevice;
        KeyPackageWrite written = await store.PublishAsync(
            fits ? upload : upload with { OneTime = [], LastResort = null, Replace = false }, now, CancellationToken.None);
        return new KeyPackagesPublished(fits && written.Stored ? KeyPackageStatus.Accepted : KeyPackageStatus.TooMany, written.Available);
    }
}
