using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Wallets.Cases;
using XChat.Grains.Wallets.Screening;
using XChat.Protocol.Accounts;

namespace XChat.Testing.Wallets;

/// <summary>Cases in memory, about those who hold accounts of a ledger in memory; nobody has a handle there.</summary>
public sealed class InMemoryMoneyCases(InMemoryLedger ledger) : IMoneyCaseStore
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, MoneyCase> _cases = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task<MoneyCase> OpenAsync(MoneyCase opened, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            MoneyCase? known = _cases.Values.FirstOrDefault(
                other => (other.User, other.Kind, other.Subject) == (opened.User, opened.Kind, opened.Subject));
            return Task.FromResult(known ?? (_cases[KeyOf(opened.Case)] = opened));
        }
    }

    /// <inheritdoc/>
    public Task<MoneyCase?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(_cases.GetValueOrDefault(KeyOf(id)));
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<MoneyCase>> FindAsync(UserId user, MoneyCaseKind kind, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<MoneyCase>>([.. _cases.Values.Where(other => other.User == user && other.Kind == kind)]);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<MoneyCase>> ListAsync(bool openOnly, Guid after, int limit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<MoneyCase>>(
            [
                .. _cases.Where(pair => string.CompareOrdinal(pair.Key, KeyOf(after)) > 0).Select(pair => pair.Value)
                    .Where(found => !openOnly || found.State == MoneyCaseState.Open).Take(limit),
            ]);
        }
    }

    /// <inheritdoc/>
    public Task<bool> CloseAsync(Guid id, MoneyCaseState outcome, long nowMs, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_cases.GetValueOrDefault(KeyOf(id)) is not { State: MoneyCaseState.Open } open)
            {
                return Task.FromResult(false);
            }

            _cases[KeyOf(id)] = open with { State = outcome, ClosedAtMs = nowMs };
            return Task.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ScreenedPerson>> ListHoldersAsync(UserId after, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ScreenedPerson>>(
        [
            .. ledger.People().OrderBy(user => KeyOf(user.Value), StringComparer.Ordinal)
                .Where(user => string.CompareOrdinal(KeyOf(user.Value), KeyOf(after.Value)) > 0).Take(limit)
                .Select(user => new ScreenedPerson(user, string.Empty)),
        ]);

    // In the order of the database, which compares bytes.
    private static string KeyOf(Guid id) => id.ToString("N");
}
