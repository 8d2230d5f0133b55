using XChat.GrainInterfaces.Delivery;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Conversations;

/// <summary>Where the members are connected, turned round: which members each frontend has. A cache that any call may replace.</summary>
internal sealed class MemberRoutes
{
    private readonly Dictionary<UserId, IReadOnlyList<FrontendId>> _frontendsOf = [];
    private readonly Dictionary<UserId, int> _tellings = [];
    private readonly HashSet<UserId> _inDoubt = [];
    private Destination[]? _destinations;

    /// <summary>Every frontend with members, each with the list of them.</summary>
    public IReadOnlyList<Destination> Destinations => _destinations ??= TurnRound();

    /// <summary>Users who are somewhere else, perhaps: their presence did not answer, or a frontend took nothing for them.</summary>
    public IReadOnlyCollection<UserId> InDoubt => _inDoubt;

    public bool Knows(UserId user) => _frontendsOf.ContainsKey(user);

    /// <summary>How often it was told where a user is. An answer that was asked for before the last time may be older than the news.</summary>
    public int TellingsOf(UserId user) => _tellings.GetValueOrDefault(user);

    /// <summary>
    /// The user's presence tells of a change: the user is at exactly these frontends. The answer is where something may have been missed, which is
    /// nowhere, unless the user was in doubt.
    /// </summary>
    public IReadOnlyList<FrontendId> Tell(UserId user, IReadOnlyList<FrontendId> frontends)
    {
        _tellings[user] = TellingsOf(user) + 1;
        return Replace(user, frontends, noticed: !_inDoubt.Contains(user));
    }

    /// <summary>
    /// The same, as an answer. Who was asked for the first time has missed nothing; later, nobody told of the change, so that something may have been
    /// missed wherever the user was not known to be.
    /// </summary>
    public IReadOnlyList<FrontendId> Answer(UserId user, IReadOnlyList<FrontendId> frontends) => Replace(user, frontends, noticed: !Knows(user));

    /// <summary>The user's presence did not answer. Who was not known counts as nowhere until it does.</summary>
    public void Doubt(UserId user)
    {
        if (_frontendsOf.TryAdd(user, []))
        {
            _destinations = null;
        }

        _inDoubt.Add(user);
    }

    public void Remove(UserId user)
    {
        _tellings.Remove(user);
        _inDoubt.Remove(user);
        if (_frontendsOf.Remove(user))
        {
            _destinations = null;
        }
    }

    /// <summary>A frontend took nothing: nobody is reached there until presence says that somebody is there again.</summary>
    public void Drop(FrontendId frontend)
    {
        foreach ((UserId user, IReadOnlyList<FrontendId> frontends) in _frontendsOf.ToArray())
        {
            if (frontends.Contains(frontend))
            {
                _frontendsOf[user] = [.. frontends.Where(other => other != frontend)];
                _inDoubt.Add(user);
            }
        }

        _destinations = null;
    }

    public void Clear()
    {
        _frontendsOf.Clear();
        _tellings.Clear();
        _inDoubt.Clear();
        _destinations = null;
    }

    private FrontendId[] Replace(UserId user, IReadOnlyList<FrontendId> frontends, bool noticed)
    {
        FrontendId[] missed = noticed ? [] : [.. frontends.Except(_frontendsOf.GetValueOrDefault(user, []))];
        _frontendsOf[user] = frontends;
        _inDoubt.Remove(user);
        _destinations = null;
        return missed;
    }

    private Destination[] TurnRound() =>
    [
        .. _frontendsOf
            .SelectMany(pair => pair.Value, (pair, frontend) => (pair.Key, Frontend: frontend))
            .GroupBy(route => route.Frontend, route => route.Key)
            .Select(group => new Destination(group.Key, [.. group])),
    ];

    /// <summary>A frontend and the members who are connected there.</summary>
    public sealed record Destination(FrontendId Frontend, IReadOnlyList<UserId> Recipients);
}
