using XChat.Protocol.Accounts;

namespace XChat.Grains.Wallets.Screening;

/// <summary>Screens by a list that the operator keeps; it can be replaced while the silo runs.</summary>
public sealed class ListScreening : IScreening
{
    private volatile ScreeningList _list = ScreeningList.Empty;
    private int _version;

    /// <inheritdoc/>
    public int Version => Volatile.Read(ref _version);

    /// <inheritdoc/>
    public Task<string?> FindAsync(ScreenedPerson person, CancellationToken cancellationToken) => Task.FromResult(_list.Find(person));

    /// <summary>Puts another list in force.</summary>
    public void Replace(ScreeningList list)
    {
        _list = list;
        Interlocked.Increment(ref _version);
    }
}

/// <summary>People by handle or user id. One a line; what follows it says where the entry comes from; lines that begin with # say nothing.</summary>
public sealed class ScreeningList
{
    private const int LongestEntry = 200;

    private readonly Dictionary<UserId, string> _users = [];
    private readonly Dictionary<string, string> _handles = [];

    private ScreeningList()
    {
    }

    public static ScreeningList Empty { get; } = new();

    /// <summary>Entries.</summary>
    public int Count => _users.Count + _handles.Count;

    /// <summary>Reads a list.</summary>
    /// <exception cref="ScreeningListException">A line names nobody; it is said which.</exception>
    public static ScreeningList Parse(string text)
    {
        ScreeningList list = new();
        foreach ((int index, string line) in text.Split('\n').Index())
        {
            string entry = line.Trim();
            if (entry.Length == 0 || entry[0] == '#')
            {
                continue;
            }

            string who = entry.Split([' ', '\t', ','], 2)[0];
            string kept = entry.Length <= LongestEntry ? entry : entry[..LongestEntry];
            if (Guid.TryParseExact(who, "D", out Guid user))
            {
                list._users[new UserId(user)] = kept;
            }
            else if (HandleRules.Check(who, out string handle) == RegisterStatus.Accepted)
            {
                list._handles[handle] = kept;
            }
            else
            {
                throw new ScreeningListException($"line {index + 1} begins with \"{who}\", which is neither a handle nor a user id");
            }
        }

        return list;
    }

    /// <summary>The entry that means a person.</summary>
    public string? Find(ScreenedPerson person) =>
        _users.GetValueOrDefault(person.User)
        ?? (HandleRules.Check(person.Handle, out string handle) == RegisterStatus.Accepted ? _handles.GetValueOrDefault(handle) : null);
}

/// <summary>A screening list cannot be used.</summary>
public sealed class ScreeningListException(string message) : Exception(message);
