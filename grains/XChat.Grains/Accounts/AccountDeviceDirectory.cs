using XChat.GrainInterfaces.Accounts;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Accounts;

/// <summary>Asks the accounts themselves.</summary>
public sealed class AccountDeviceDirectory(IGrainFactory grains) : IDeviceDirectory
{
    public Task<AccountDescription> DescribeAsync(UserId user) => grains.Account(user).Describe();
}
