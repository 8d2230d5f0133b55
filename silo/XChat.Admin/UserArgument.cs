using System.CommandLine;

using XChat.GrainInterfaces.Accounts;
using XChat.Protocol.Accounts;

namespace XChat.Admin;

/// <summary>A person, by handle or by user id.</summary>
internal static class UserArgument
{
    public static Argument<string> Create() => new("person") { Description = "Who: a handle, or a user id.", HelpName = "@person" };

    /// <summary>Finds out whom it names.</summary>
    /// <exception cref="AdminException">It names nobody.</exception>
    public static async Task<UserId> FindAsync(AdminSession session, string text, CancellationToken cancellationToken)
    {
        IClusterClient cluster = await session.ConnectAsync(cancellationToken);
        UserId user = Guid.TryParse(text, out Guid id) ? new UserId(id) : (await cluster.HandleDirectory().Find(text)).User;
        return !user.IsEmpty && (await cluster.Account(user).Describe()).Exists
            ? user
            : throw new AdminException($"Nobody is called \"{text}\": give a handle, or the id of a user.");
    }
}
