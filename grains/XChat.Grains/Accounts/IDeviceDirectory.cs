using XChat.GrainInterfaces.Accounts;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Accounts;

/// <summary>Which devices people certify now.</summary>
public interface IDeviceDirectory
{
    Task<AccountDescription> DescribeAsync(UserId user);
}
