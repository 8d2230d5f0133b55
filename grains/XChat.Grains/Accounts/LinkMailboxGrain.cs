using XChat.GrainInterfaces.Accounts;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Accounts;

/// <inheritdoc cref="ILinkMailboxGrain"/>
[GrainType("link-mailbox"), CollectionAgeLimit(Minutes = 15)]
public sealed class LinkMailboxGrain(LinkMailboxBudget budget, TimeProvider time) : Grain, ILinkMailboxGrain
{
    private LinkMailboxState? _state;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public Task<LinkMessagePut> Put(PutLinkMessage request)
    {
        bool opens = !LinkMailboxRules.IsLive(_state, NowMs) && request.Step == 1;
        bool mayOpen = opens && (_state is not null || budget.TryOpen());
        (LinkMailboxStatus status, _state) = LinkMailboxRules.DecidePut(_state, request, NowMs, mayOpen);
        ForgetUnlessHeld();
        return Task.FromResult(new LinkMessagePut(status));
    }

    /// <inheritdoc/>
    public Task<LinkMessageRead> Read(ReadLinkMessage request)
    {
        ForgetUnlessHeld();
        bool live = LinkMailboxRules.IsLive(_state, NowMs);
        return Task.FromResult(new LinkMessageRead(
            live ? LinkMailboxStatus.Accepted : LinkMailboxStatus.Gone,
            live && request.Step >= 1 && request.Step <= _state!.Messages.Count ? _state.Messages[request.Step - 1] : null));
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_state is not null)
        {
            budget.Close();
        }

        return Task.CompletedTask;
    }

    /// <summary>Guessed ids and mailboxes whose time is over must not fill the memory.</summary>
    private void ForgetUnlessHeld()
    {
        if (!LinkMailboxRules.IsLive(_state, NowMs))
        {
            DeactivateOnIdle();
        }
    }
}
