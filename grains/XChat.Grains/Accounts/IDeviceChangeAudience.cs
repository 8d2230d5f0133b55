using XChat.GrainInterfaces.Accounts;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Accounts;

/// <summary>Who has to hear that an account's devices or sessions changed. Telling twice is harmless.</summary>
public interface IDeviceChangeAudience
{
    /// <summary>Tells every conversation of the user which devices are certified now. Throws unless all of them know.</summary>
    Task TellConversationsAsync(UserId user, AccountDescription account);

    /// <summary>Closes the connections of a device whose sessions ended.</summary>
    Task CloseConnectionsAsync(UserId user, DeviceId device);
}
