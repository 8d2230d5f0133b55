using XChat.Protocol.Accounts;

namespace XChat.Grains.Wallets.Screening;

/// <summary>
/// Whether somebody may have no dealings in money. Asked before a person's first payment or credit, and about everybody when the list changes.
/// </summary>
public interface IScreening
{
    /// <summary>Grows with each change of the list; what was found under an older one is found anew. 0: there is no list, and nobody is asked about.</summary>
    int Version { get; }

    /// <summary>The entry that means the person; null for none.</summary>
    Task<string?> FindAsync(ScreenedPerson person, CancellationToken cancellationToken);
}

/// <summary>All that the server knows about a person.</summary>
public sealed record ScreenedPerson(UserId User, string Handle);
