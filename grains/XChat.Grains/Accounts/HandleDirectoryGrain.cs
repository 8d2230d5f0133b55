using Orleans.Concurrency;

using XChat.GrainInterfaces.Accounts;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Accounts;

/// <inheritdoc cref="IHandleDirectoryGrain"/>
[GrainType("handle-directory"), StatelessWorker]
public sealed class HandleDirectoryGrain(IHandleDirectory handles) : Grain, IHandleDirectoryGrain
{
    /// <inheritdoc/>
    public async Task<HandleOwner> Find(string handle)
    {
        // What cannot be registered has no owner, so it costs no query.
        bool possible = HandleRules.Check(handle, out string normalised) == RegisterStatus.Accepted;
        return new HandleOwner(possible ? await handles.FindAsync(normalised, CancellationToken.None) : UserId.Empty);
    }
}
