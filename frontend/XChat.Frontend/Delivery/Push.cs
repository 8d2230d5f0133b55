using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

using XChat.Protocol.Conversations;
using XChat.Protocol.Delivery;
using XChat.Protocol.Wallets;

namespace XChat.Frontend.Delivery;

/// <summary>
/// Something to send to connections. It is serialised once for each hub protocol, however many connections it goes to; while it waits for slow
/// ones they share it.
/// </summary>
internal sealed class Push
{
    // Ids and numbers around the payload, in either protocol.
    private const int Envelope = 300;

    private Push(SerializedHubMessage message, int bytes, Entry? entry = null)
    {
        Message = message;
        Bytes = bytes;
        Entry = entry;
    }

    /// <summary>Tells the client to read the log.</summary>
    public static Push Resync { get; } = new(Call(nameof(IChatClient.Resync)), 0);

    /// <summary>Tells the client to go to another frontend.</summary>
    public static Push GoingAway { get; } = Disconnecting(DisconnectReason.GoingAway);

    /// <summary>Tells the client to sign in again.</summary>
    public static Push SessionEnded { get; } = Disconnecting(DisconnectReason.SessionEnded);

    /// <summary>The call of the client's method.</summary>
    public SerializedHubMessage Message { get; }

    /// <summary>About what it takes in memory.</summary>
    public int Bytes { get; }

    /// <summary>The entry that it carries, if it does.</summary>
    public Entry? Entry { get; }

    public static Push Of(Entry entry) =>
        new(Call(nameof(IChatClient.Deliver), (object)new[] { entry }), entry.Payload.Length + Envelope, entry);

    public static Push Of(Signal signal) =>
        new(Call(nameof(IChatClient.Signal), (object)new[] { signal }), signal.Payload.Length + Envelope);

    public static Push Of(WalletChange change) => new(Call(nameof(IChatClient.WalletChanged), change), Envelope);

    /// <summary>Several entries in one call of the client.</summary>
    public static Push Of(Entry[] entries) => new(Call(nameof(IChatClient.Deliver), (object)entries), 0);

    private static Push Disconnecting(DisconnectReason reason) => new(Call(nameof(IChatClient.Disconnecting), reason), 0);

    private static SerializedHubMessage Call(string method, params object?[] arguments) => new(new InvocationMessage(method, arguments));
}
