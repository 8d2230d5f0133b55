using XChat.Client.Delivery;
using XChat.Client.Store;

namespace XChat.Client.Accounts;

/// <summary>Keeps security warnings, and tells each once to whoever listens.</summary>
internal sealed class WarningLog(ProfileStore store, EventFeed feed, TimeProvider time)
{
    public void Raise(SecurityWarningKind kind, Guid user, Guid conversation, string text)
    {
        SecurityWarning warning = new(kind, user, conversation, text, time.GetUtcNow().ToUnixTimeMilliseconds());
        bool isNew = false;
        store.Write(transaction => isNew = transaction.Add(warning));
        if (isNew)
        {
            feed.Publish(new SecurityWarned(warning));
        }
    }
}
