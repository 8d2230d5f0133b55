using XChat.Protocol.Accounts;

namespace XChat.GrainInterfaces.Accounts;

/// <summary>Typed references to the grains of this domain.</summary>
public static class AccountGrainFactoryExtensions
{
    /// <summary>The account of a user.</summary>
    public static IAccountGrain Account(this IGrainFactory factory, UserId user) => factory.GetGrain<IAccountGrain>(user.Value);

    /// <summary>The sign-in of a user's devices.</summary>
    public static ISessionGrain Sessions(this IGrainFactory factory, UserId user) => factory.GetGrain<ISessionGrain>(user.Value);

    /// <summary>The key packages of a user's devices.</summary>
    public static IKeyPackageGrain KeyPackages(this IGrainFactory factory, UserId user) => factory.GetGrain<IKeyPackageGrain>(user.Value);

    /// <summary>The mailbox of a link between two devices.</summary>
    public static ILinkMailboxGrain LinkMailbox(this IGrainFactory factory, Guid mailbox) => factory.GetGrain<ILinkMailboxGrain>(mailbox);

    /// <summary>The directory of handles.</summary>
    public static IHandleDirectoryGrain HandleDirectory(this IGrainFactory factory) => factory.GetGrain<IHandleDirectoryGrain>(0);
}
