using XChat.GrainInterfaces.Conversations;
using XChat.GrainInterfaces.Delivery;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Conversations;

/// <summary>
/// Fan-out to the frontends that have members. All of it is a hint beside the log: it never delays or fails a command, and it is forgotten
/// with the activation.
/// </summary>
public sealed partial class ConversationGrain
{
    /// <summary>After how long those in doubt are asked for the first time.</summary>
    private static readonly TimeSpan FirstDoubt = TimeSpan.FromSeconds(1);

    private readonly MemberRoutes _routes = new();
    private readonly Queue<LogEntry> _held = new();
    private Task? _watching;
    private IGrainTimer? _renewal;
    private IGrainTimer? _asking;
    private TimeSpan _doubt = FirstDoubt;
    private bool _watched;
    private bool _heldTooMany;
    private bool _active;

    /// <inheritdoc/>
    public Task RoutesChanged(RoutesChanged request)
    {
        if (State?.MemberOf(request.User) is not null)
        {
            Resync(request.User, _routes.Tell(request.User, request.Frontends));
        }

        return Task.CompletedTask;
    }

    /// <summary>Pushes an entry, or holds it until it is known where the members are. In order of seq.</summary>
    private void Publish(LogEntry entry)
    {
        _active = true;
        if (_watched)
        {
            if (_routes.Destinations.Count > 0)
            {
                Send(new FrontendEvent(FrontendEventKind.EntryAppended, _id, [], entry, null, default));
            }

            return;
        }

        if (_held.Count < _options.HeldEvents)
        {
            _held.Enqueue(entry);
        }
        else
        {
            _heldTooMany = true;
        }

        _watching ??= WatchAsync();
    }

    /// <summary>What follows waits until it is known where new members are.</summary>
    private void WelcomeRoutes(IReadOnlyList<MemberState> members)
    {
        if (_watched && members.Any(member => !_routes.Knows(member.User)))
        {
            _watched = false;
        }
    }

    private void ForgetRoutes(IReadOnlyList<UserId> users)
    {
        foreach (UserId user in users)
        {
            _routes.Remove(user);
        }
    }

    private void Send(MemberSignal signal)
    {
        _active = true;
        Send(new FrontendEvent(FrontendEventKind.SignalSent, _id, [], null, signal, default));
    }

    private void Send(FrontendEvent toAll)
    {
        foreach (MemberRoutes.Destination destination in _routes.Destinations)
        {
            _ = PublishAsync(destination.Frontend, toAll with { Recipients = destination.Recipients });
        }
    }

    private async Task PublishAsync(FrontendId frontend, FrontendEvent message)
    {
        try
        {
            await this.GetStreamProvider(FrontendStreams.Provider)
                .GetStream<FrontendEvent>(FrontendStreams.Stripe(frontend, FrontendStreams.StripeOf(_id)))
                .OnNextAsync(message);
        }
        catch (Exception problem)
        {
            metrics.PublishFailed();
            LogPublishFailed(problem, _id);
            _routes.Drop(frontend);
            AskAgain();
        }
    }

    private Task WatchMembersAsync() => _watched ? Task.CompletedTask : _watching ??= WatchAsync();

    /// <summary>Asks every member's presence that is not known yet, then pushes what was held meanwhile.</summary>
    private async Task WatchAsync()
    {
        // As with a reload: a round that ends at once must not be remembered after it has ended.
        await Task.Yield();
        int leaseSeconds = int.MaxValue;
        for (UserId[] unknown = Unknown(); unknown.Length > 0; unknown = Unknown())
        {
            leaseSeconds = Math.Min(leaseSeconds, await WatchAllAsync(unknown));
        }

        _watching = null;
        _watched = true;
        RenewEvery(leaseSeconds);
        Release();
    }

    private UserId[] Unknown() => [.. State!.Members.Keys.Where(user => !_routes.Knows(user))];

    private void Release()
    {
        if (_heldTooMany)
        {
            _heldTooMany = false;
            _held.Clear();
            Send(new FrontendEvent(FrontendEventKind.Resync, _id, [], null, null, default));
        }

        while (_held.TryDequeue(out LogEntry? entry))
        {
            Send(new FrontendEvent(FrontendEventKind.EntryAppended, _id, [], entry, null, default));
        }
    }

    /// <summary>Watches users, some at a time; returns the shortest lease.</summary>
    private async Task<int> WatchAllAsync(IEnumerable<UserId> users)
    {
        int shortest = int.MaxValue;
        Queue<UserId> rest = new(users);
        await Task.WhenAll(Enumerable.Range(0, Math.Min(rest.Count, _options.WatchParallelism)).Select(async _ =>
        {
            while (rest.TryDequeue(out UserId user))
            {
                shortest = Math.Min(shortest, await WatchOneAsync(user));
            }
        }));
        return shortest;
    }

    private async Task<int> WatchOneAsync(UserId user)
    {
        try
        {
            int tellings = _routes.TellingsOf(user);
            RoutesFound found = await GrainFactory.Presence(user).Watch(new WatchRoutes(_id)).WaitAsync(_options.WatchPatience);
            if (State?.MemberOf(user) is null)
            {
                // Removed meanwhile: what was held back does not go there any more, so that reading has to tell of the removal.
                Resync(user, found.Frontends);
            }
            else if (tellings == _routes.TellingsOf(user))
            {
                // Presence tells of changes, and its news may overtake its answer; one that it could not tell of shows when the lease is renewed.
                Resync(user, _routes.Answer(user, found.Frontends));
            }

            return found.LeaseSeconds;
        }
        catch (Exception problem)
        {
            // The others do not wait for that; once there is an answer, the user is told to read the log, which loses nothing.
            LogWatchFailed(problem, _id);
            if (State?.MemberOf(user) is not null)
            {
                _routes.Doubt(user);
                AskAgain();
            }

            return int.MaxValue;
        }
    }

    /// <summary>Entries may have been missed at these frontends.</summary>
    private void Resync(UserId user, IReadOnlyList<FrontendId> frontends)
    {
        foreach (FrontendId frontend in frontends)
        {
            _ = PublishAsync(frontend, new FrontendEvent(FrontendEventKind.Resync, _id, [user], null, null, default));
        }
    }

    /// <summary>
    /// Asks for those in doubt, soon and then less and less often: a silo that ends takes the presence of its users along, and a moment later that is
    /// somewhere else and knows nothing of this conversation.
    /// </summary>
    private void AskAgain()
    {
        if (_routes.InDoubt.Count > 0)
        {
            _asking ??= this.RegisterGrainTimer(
                AskAgainAsync, new GrainTimerCreationOptions(_doubt, Timeout.InfiniteTimeSpan) { Interleave = true, KeepAlive = false });
        }
    }

    private async Task AskAgainAsync()
    {
        _asking?.Dispose();
        _asking = null;
        _doubt = _doubt * 2 < _options.LongestRenewal ? _doubt * 2 : _options.LongestRenewal;
        await WatchAllAsync(_routes.InDoubt);
        _doubt = _routes.InDoubt.Count == 0 ? FirstDoubt : _doubt;
    }

    private void RenewEvery(int leaseSeconds)
    {
        TimeSpan half = TimeSpan.FromSeconds(Math.Clamp(leaseSeconds, 2, _options.LongestRenewal.TotalSeconds * 2) / 2);
        _renewal?.Dispose();
        _renewal = this.RegisterGrainTimer(
            RenewAsync, new GrainTimerCreationOptions(half, half) { Interleave = true, KeepAlive = false });
    }

    /// <summary>Halfway through the lease: an active conversation watches on, a quiet one that owes nobody a word lets go and costs nothing.</summary>
    private async Task RenewAsync()
    {
        if ((_active || _routes.InDoubt.Count > 0) && State is { } state)
        {
            _active = false;
            await WatchAllAsync([.. state.Members.Keys]);
            return;
        }

        _renewal?.Dispose();
        _renewal = null;
        _watched = false;
        _routes.Clear();
    }
}
