using XChat.Client.Accounts;
using XChat.GrainInterfaces.Accounts;
using XChat.Grains.Accounts;
using XChat.Protocol.Accounts;

namespace XChat.UnitTests.Client;

/// <summary>Mailboxes in memory, by the rules of the real ones, that can change or repeat what is put.</summary>
internal sealed class RuledMailbox : ILinkMailbox
{
    private readonly Lock _turn = new();
    private readonly Dictionary<Guid, LinkMailboxState?> _states = [];

    /// <summary>Changes what is read of a step.</summary>
    public Func<int, byte[], byte[]> Read { get; set; } = (_, content) => content;

    /// <summary>What each step of a mailbox holds.</summary>
    public IReadOnlyList<byte[]> MessagesOf(Guid mailbox) => _states[mailbox]!.Messages;

    /// <summary>A server that begins a mailbox over, with messages of its choice.</summary>
    public void Replay(Guid mailbox, IReadOnlyList<byte[]> messages) => _states[mailbox] = new LinkMailboxState(long.MaxValue, messages);

    public Task<LinkMailboxStatus> PutAsync(Guid mailbox, int step, byte[] content, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            (LinkMailboxStatus status, LinkMailboxState? state) = LinkMailboxRules.DecidePut(
                _states.GetValueOrDefault(mailbox), new PutLinkMessage(step, content), nowMs: 0, mayOpen: true);
            _states[mailbox] = state;
            return Task.FromResult(status);
        }
    }

    public Task<GetLinkMessageResult> GetAsync(Guid mailbox, int step, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            LinkMailboxState? state = _states.GetValueOrDefault(mailbox);
            bool live = LinkMailboxRules.IsLive(state, nowMs: 0);
            return Task.FromResult(new GetLinkMessageResult(
                live ? LinkMailboxStatus.Accepted : LinkMailboxStatus.Gone,
                live && step <= state!.Messages.Count ? Read(step, state.Messages[step - 1]) : null));
        }
    }
}
