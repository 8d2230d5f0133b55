using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Wallets.Cases;

/// <summary>What people have to look into.</summary>
public interface IMoneyCaseStore
{
    /// <summary>Opens a case unless there is one of the same person, kind and subject; the answer is the one that is there.</summary>
    Task<MoneyCase> OpenAsync(MoneyCase opened, CancellationToken cancellationToken);

    /// <summary>A case; null when there is none.</summary>
    Task<MoneyCase?> FindAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>All cases of one kind about a person.</summary>
    Task<IReadOnlyList<MoneyCase>> FindAsync(UserId user, MoneyCaseKind kind, CancellationToken cancellationToken);

    /// <summary>Cases behind one, oldest first.</summary>
    Task<IReadOnlyList<MoneyCase>> ListAsync(bool openOnly, Guid after, int limit, CancellationToken cancellationToken);

    /// <summary>Ends a case that is open. False: it is not.</summary>
    Task<bool> CloseAsync(Guid id, MoneyCaseState outcome, long nowMs, CancellationToken cancellationToken);

    /// <summary>People who hold wallets, behind one, in order of their ids.</summary>
    Task<IReadOnlyList<Screening.ScreenedPerson>> ListHoldersAsync(UserId after, int limit, CancellationToken cancellationToken);
}
