namespace XChat.Storage.Wallets;

/// <summary>
/// Accounts that the database has, so that nobody has to ask for them again before a batch. The writers of a silo share it: an account is new to all of them
/// once.
/// </summary>
internal sealed class KnownAccounts(int room = KnownAccounts.Room)
{
    /// <summary>How many are remembered at least before those that were not seen for the longest time are forgotten.</summary>
    public const int Room = 200_000;

    private readonly Lock _gate = new();
    private HashSet<Guid> _recent = [];
    private HashSet<Guid> _before = [];

    /// <summary>Those that are not known to exist.</summary>
    public AccountChanges.Change[] FindUnknown(AccountChanges.Change[] accounts)
    {
        lock (_gate)
        {
            return Array.FindAll(accounts, account => !Knows(account.Account));
        }
    }

    /// <summary>Remembers accounts that exist.</summary>
    public void Add(AccountChanges.Change[] accounts)
    {
        lock (_gate)
        {
            foreach (AccountChanges.Change account in accounts)
            {
                Remember(account.Account);
            }
        }
    }

    /// <summary>Forgets all: another database may answer.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _recent.Clear();
            _before.Clear();
        }
    }

    private bool Knows(Guid account)
    {
        if (_recent.Contains(account))
        {
            return true;
        }

        if (!_before.Contains(account))
        {
            return false;
        }

        Remember(account);
        return true;
    }

    private void Remember(Guid account)
    {
        if (_recent.Count >= room)
        {
            (_recent, _before) = (_before, _recent);
            _recent.Clear();
        }

        _recent.Add(account);
    }
}
