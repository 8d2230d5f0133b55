using XChat.GrainInterfaces.Delivery;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Conversations;

/// <summary>Where the members are connected, turned round: which members each frontend has. A cache that any call may replace.</summary>
internal sealed class MemberRoutes
{
    private readonly Dictionary<UserId, IReadOnlyList<FrontendId>> _frontendsOf = [];
    private readonly Dictionary<UserId, int> _tellings = [];
    private readonly HashSet<FrontendId> _dropped = [];
    private Destination[]? _destinations;

    /// <summary>Every frontend with members, each with the list of them.</summary>
    public IReadOnlyList<Destination> Destinations => _destinations ??= TurnRound();

    public bool Knows(UserId user) => _frontendsOf.ContainsKey(user);

    /// <summary>How often it was told where a user is. An answer that was asked for before the last time may be older than the news.</summary>
    public int TellingsOf(UserId user) => _tellings.GetValueOrDefault(user);

    /// <summary>As <see cref="Set"/>, unasked: the user's presence tells of a change.</summary>
    public IReadOnlyList<FrontendId> Tell(UserId user, IReadOnlyList<FrontendId> frontends)
    {
        _tellings[user] = TellingsOf(user) + 1;
        return Set(user, frontends);
    }

    /// <summary>
    /// The user is at exactly these frontends. Those among the answer were dropped before and are back, so something may have been missed there.
    /// </summary>
    public IReadOnlyList<FrontendId> Set(UserId user, IReadOnlyList<FrontendId> frontends)
    {
        _frontendsOf[user] = frontends;
        _destinations = null;
        FrontendId[] back = _dropped.Count == 0 ? [] : [.. frontends.Where(_dropped.Contains)];
        _dropped.ExceptWith(back);
        return back;
    }

    /// <summary>
    /// The same, where nobody told of the change: those among the answer are back or have come in unnoticed, so something may have been missed there.
    /// </summary>
    public IReadOnlyList<FrontendId> Correct(UserId user, IReadOnlyList<FrontendId> frontends)
    {
        FrontendId[] unnoticed = [.. frontends.Except(_frontendsOf.GetValueOrDefault(user, []))];
        return [.. Set(user, frontends).Union(unnoticed)];
    }

    public void Remove(UserId user)
    {
        _tellings.Remove(user);
        if (_frontendsOf.Remove(user))
        {
            _destinations = null;
        }
    }

    /// <summary>A frontend took nothing: nobody is reached there until some member is reported there again.</summary>
    public void Drop(FrontendId frontend)
    {
        foreach ((UserId user, IReadOnlyList<FrontendId> frontends) in _frontendsOf.ToArray())
        {
            if (frontends.Contains(frontend))
            {
                _frontendsOf[user] = [.. frontends.Where(other => other != frontend)];
                _dropped.Add(frontend);
            }
        }

        _destinations = null;
    }

    public void Clear()
    {
        _frontendsOf.Clear();
        _tellings.Clear();
        _dropped.Clear();
        _destinations = null;
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
