using Microsoft.Extensions.Logging;

using XChat.GrainInterfaces;
using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Accounts;
using XChat.Grains.Wallets.Cases;
using XChat.Grains.Wallets.Holders;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Wallets.Screening;

/// <summary>
/// Blocks whom the screening list means and opens a case, so that a person decides. Who was cleared of an entry is not found by it again.
/// </summary>
public sealed partial class ScreeningDesk(
    IScreening screening,
    IHolderStore holders,
    IMoneyCaseStore cases,
    IDeviceDirectory accounts,
    WalletMetrics metrics,
    TimeProvider time,
    ILogger<ScreeningDesk> logger)
{
    private const int Page = 500;
    private const int Attempts = 5;

    /// <summary>Grows with each change of the list; 0 for none.</summary>
    public int Version => screening.Version;

    /// <summary>Screens somebody whose account is looked up, and answers how the holder stands then.</summary>
    public async Task<StoredHolder> ScreenAsync(StoredHolder holder)
    {
        if (Version == 0 || holder.Blocked)
        {
            return holder;
        }

        string handle = (await accounts.DescribeAsync(holder.User)).Handle;
        return await ScreenAsync(new ScreenedPerson(holder.User, handle), CancellationToken.None)
            ? (await holders.FindAsync([holder.User], CancellationToken.None))[0]
            : holder;
    }

    /// <summary>Screens everybody who holds a wallet. Returns how many are on the list and not cleared.</summary>
    public async Task<int> RescreenAsync(CancellationToken cancellationToken)
    {
        (int found, UserId after) = (0, UserId.Empty);
        IReadOnlyList<ScreenedPerson> page;
        do
        {
            page = await cases.ListHoldersAsync(after, Page, cancellationToken);
            foreach (ScreenedPerson person in page)
            {
                found += await ScreenAsync(person, cancellationToken) ? 1 : 0;
                after = person.User;
            }
        }
        while (page.Count == Page);

        LogScreened(found);
        return found;
    }

    /// <summary>Whether a person is on the list and not cleared; then there is a case, and the person is blocked.</summary>
    private async Task<bool> ScreenAsync(ScreenedPerson person, CancellationToken cancellationToken)
    {
        if (await screening.FindAsync(person, cancellationToken) is not { } entry)
        {
            return false;
        }

        // The case first: after a crash between the two, the next look finds it open and blocks.
        long nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        MoneyCase known = await cases.OpenAsync(
            new MoneyCase(
                Guid.CreateVersion7(time.GetUtcNow()), MoneyCaseKind.Screening, person.User, entry, $"handle {person.Handle}", MoneyCaseState.Open, nowMs, 0),
            cancellationToken);
        if (known.State == MoneyCaseState.Cleared)
        {
            return false;
        }

        if (known.OpenedAtMs == nowMs)
        {
            metrics.CaseOpened(known.Kind);
        }

        await BlockAsync(person.User, blocked: true, nowMs, cancellationToken);
        return true;
    }

    /// <summary>Blocks or unblocks a person, whatever else is said meanwhile.</summary>
    public async Task BlockAsync(UserId user, bool blocked, long nowMs, CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            StoredHolder holder = (await holders.FindAsync([user], cancellationToken))[0];
            if (holder.Blocked == blocked
                || await holders.TrySetAsync(holder with { Blocked = blocked, Version = holder.Version + 1 }, nowMs, cancellationToken))
            {
                return;
            }
        }

        throw new StorageUnavailableException("Others said something about the person each time. Repeat the same.");
    }

    [LoggerMessage(EventId = 3060, Level = LogLevel.Information, Message = "Everybody who holds a wallet was screened; {Found} are on the list.")]
    private partial void LogScreened(int found);
}
