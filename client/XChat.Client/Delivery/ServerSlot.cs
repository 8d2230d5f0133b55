using XChat.Protocol.Delivery;

namespace XChat.Client.Delivery;

/// <summary>The hub as far as it can be reached at this moment.</summary>
internal sealed class ServerSlot
{
    private volatile IChatHub? _hub;

    public bool Connected => _hub is not null;

    public void Attach(IChatHub hub) => _hub = hub;

    public void Detach() => _hub = null;

    /// <summary>Calls the hub. Giving up waiting does not undo what the server does with the call.</summary>
    /// <exception cref="XChatException"><see cref="ClientErrorReason.ServerUnreachable"/>: not connected.</exception>
    public Task<T> CallAsync<T>(Func<IChatHub, Task<T>> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        IChatHub hub = _hub ?? throw new XChatException(
            ClientErrorReason.ServerUnreachable, "There is no connection to the server. It is tried again by itself.");
        return call(hub).WaitAsync(cancellationToken);
    }
}
