namespace XChat.GrainInterfaces.Accounts;

/// <summary>The MLS key packages of one account's devices.</summary>
/// <remarks>
/// Key: the user id.
/// Owns: the key packages; each one-time package is handed out once.
/// Durable when: the result is returned.
/// Retry: a repeated upload counts once; a repeated claim takes further packages.
/// Scheduling: one call at a time.
/// </remarks>
[GrainInterfaceType("xchat.key-package"), Alias("xchat.IKeyPackageGrain")]
public interface IKeyPackageGrain : IGrainWithGuidKey
{
    /// <summary>Stores packages of the calling device.</summary>
    [Alias("publish")]
    Task<KeyPackagesPublished> Publish(PublishKeyPackages request);

    /// <summary>Hands out one package of every certified device of this account.</summary>
    [Alias("claim")]
    Task<KeyPackagesClaimed> Claim(ClaimKeyPackages request);
}
