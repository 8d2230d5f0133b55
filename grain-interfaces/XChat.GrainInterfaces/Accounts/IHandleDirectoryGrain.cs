using XChat.Protocol.Accounts;

namespace XChat.GrainInterfaces.Accounts;

/// <summary>Finds users by handle.</summary>
/// <remarks>
/// Key: 0; any number of activations.
/// Owns: nothing; it reads the handle table.
/// Durable when: it changes nothing.
/// Retry: always.
/// Scheduling: stateless worker.
/// </remarks>
[GrainInterfaceType("xchat.handle-directory"), Alias("xchat.IHandleDirectoryGrain")]
public interface IHandleDirectoryGrain : IGrainWithIntegerKey
{
    /// <summary>Tells whose a handle is.</summary>
    [Alias("find")]
    Task<HandleOwner> Find(string handle);
}

/// <summary>The user of a handle, or the empty id.</summary>
[GenerateSerializer, Immutable, Alias("xchat.HandleOwner")]
public sealed record HandleOwner([property: Id(0)] UserId User);
