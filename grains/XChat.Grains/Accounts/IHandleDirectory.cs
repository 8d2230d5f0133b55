using XChat.Protocol.Accounts;

namespace XChat.Grains.Accounts;

/// <summary>Handles that are taken. The empty id stands for nobody.</summary>
public interface IHandleDirectory
{
    /// <summary>Whose exactly this normalised handle is.</summary>
    Task<UserId> FindAsync(string handle, CancellationToken cancellationToken);

    /// <summary>Who has a handle of this skeleton (<see cref="HandleRules.Skeleton"/>).</summary>
    Task<UserId> FindLookalikeAsync(string skeleton, CancellationToken cancellationToken);
}
