namespace XChat.GrainInterfaces.Accounts;

/// <summary>One person's account: handle, account key and certified devices.</summary>
/// <remarks>
/// Key: the user id.
/// Owns: the account row, its handle and its device list.
/// Durable when: the result is returned.
/// Retry: every method may be repeated with the same content.
/// Scheduling: one call at a time; <see cref="Describe"/> interleaves because it reads applied state only.
/// </remarks>
[GrainInterfaceType("xchat.account"), Alias("xchat.IAccountGrain")]
public interface IAccountGrain : IGrainWithGuidKey
{
    /// <summary>Creates the account.</summary>
    [Alias("register")]
    Task<AccountRegistered> Register(RegisterAccount request);

    /// <summary>Tells what is public about the account.</summary>
    [Alias("describe"), Orleans.Concurrency.AlwaysInterleave]
    Task<AccountDescription> Describe();

    /// <summary>Puts the next device list in force, ends the sessions of devices that it leaves out, and tells the account's conversations.</summary>
    [Alias("publish-device-list")]
    Task<DeviceListPublished> PublishDeviceList(PublishDeviceList request);
}
