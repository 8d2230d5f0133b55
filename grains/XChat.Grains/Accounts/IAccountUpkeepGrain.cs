namespace XChat.Grains.Accounts;

/// <summary>An account as the sweep of a silo wakes it.</summary>
/// <remarks>
/// Key: the user id; the same activation as <see cref="XChat.GrainInterfaces.Accounts.IAccountGrain"/>.
/// Owns: nothing of its own.
/// Durable when: it changes nothing; what it sets going is noted in the row.
/// Retry: always.
/// Scheduling: one call at a time.
/// </remarks>
[GrainInterfaceType("xchat.account-upkeep"), Alias("xchat.IAccountUpkeepGrain")]
public interface IAccountUpkeepGrain : IGrainWithGuidKey
{
    /// <summary>Loads the row again and takes up what is still to be done about its device list.</summary>
    [Alias("resume")]
    Task Resume();
}
