using XChat.Frontend.Accounts;
using XChat.Frontend.Conversations;
using XChat.Frontend.Wallets;
using XChat.GrainInterfaces.Conversations;
using XChat.GrainInterfaces.Delivery;
using XChat.Protocol.Accounts;

namespace XChat.Frontend.Delivery;

/// <summary>Hands what this frontend hears to the connections that it is for.</summary>
internal sealed class EventFanout(ConnectionRegistry connections, SessionVerification sessions, FrontendMetrics metrics, TimeProvider time)
{
    public void Handle(FrontendEvent happened)
    {
        switch (happened.Kind)
        {
            case FrontendEventKind.EntryAppended when happened.Entry is { } entry:
                Deliver(happened, entry);
                break;
            case FrontendEventKind.SignalSent when happened.Signal is { } signal:
                Send(happened.Recipients, Push.Of(WireRecords.Of(happened.Conversation, signal)));
                break;
            case FrontendEventKind.Resync:
                Resync(happened.Recipients);
                break;
            case FrontendEventKind.SessionEnded:
                EndSessions(happened.Recipients, happened.Device);
                break;
            case FrontendEventKind.WalletChanged when happened.Wallet is { } news:
                Send(happened.Recipients, Push.Of(WalletWireRecords.Of(news)));
                break;
            default:
                // Of a newer version: not for this one.
                break;
        }
    }

    private void Deliver(FrontendEvent happened, LogEntry entry)
    {
        int sent = Send(happened.Recipients, Push.Of(WireRecords.Of(happened.Conversation, entry)));
        metrics.Delivered(sent, time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(entry.TimeMs));
    }

    private int Send(IReadOnlyList<UserId> recipients, Push push)
    {
        int sent = 0;
        foreach (UserId user in recipients)
        {
            foreach (ChatConnection connection in connections.Of(user))
            {
                connection.Send(push);
                sent++;
            }
        }

        return sent;
    }

    private void Resync(IReadOnlyList<UserId> recipients)
    {
        foreach (ChatConnection connection in recipients.SelectMany(connections.Of))
        {
            connection.Resync("missed");
        }
    }

    private void EndSessions(IReadOnlyList<UserId> recipients, DeviceId device)
    {
        foreach (UserId user in recipients)
        {
            sessions.Forget(user, device);
            foreach (ChatConnection connection in connections.Of(user))
            {
                if (device.IsEmpty || connection.Session.Caller.Device == device)
                {
                    connection.EndSession();
                }
            }
        }
    }
}
