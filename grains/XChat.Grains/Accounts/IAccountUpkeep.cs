using XChat.Protocol.Accounts;

namespace XChat.Grains.Accounts;

/// <summary>What has to be done about accounts without anyone asking, in bounded steps.</summary>
public interface IAccountUpkeep
{
    /// <summary>
    /// Accounts after <paramref name="after"/>, in order of id, whose device list was published before a time and has not been followed up
    /// everywhere.
    /// </summary>
    Task<IReadOnlyList<UserId>> FindUnfinishedAsync(DateTimeOffset before, UserId after, int limit, CancellationToken cancellationToken);

    /// <summary>Removes key packages that have expired, and the traces of those handed out before a time.</summary>
    /// <returns>How many rows; fewer than the limit: there are no more.</returns>
    Task<int> DropKeyPackagesAsync(DateTimeOffset now, DateTimeOffset usedBefore, int limit, CancellationToken cancellationToken);
}
