using XChat.Client.Delivery;

namespace XChat.Client.Store;

/// <summary>What waits to be sent, in order.</summary>
internal sealed partial class StoreTransaction
{
    public void Add(OutboxItem item) => Execute(
        "INSERT INTO outbox (message, conversation, value) VALUES ($1, $2, $3)",
        Row(item.Message), Row(item.Conversation), cipher.Seal("outbox", Row(item.Message), StoreFormat.Write(item)));

    public void Update(OutboxItem item) => Execute(
        "UPDATE outbox SET value = $2 WHERE message = $1",
        Row(item.Message), cipher.Seal("outbox", Row(item.Message), StoreFormat.Write(item)));

    public OutboxItem? Waiting(Guid message) =>
        Open<OutboxItem>("outbox", Row(message), Sealed("SELECT value FROM outbox WHERE message = $1", Row(message)));

    public IReadOnlyList<OutboxItem> Outbox() => OpenAll<OutboxItem>("outbox", "SELECT message, value FROM outbox ORDER BY position");

    public IReadOnlyList<OutboxItem> Outbox(Guid conversation) => OpenAll<OutboxItem>(
        "outbox", "SELECT message, value FROM outbox WHERE conversation = $1 ORDER BY position", Row(conversation));

    /// <summary>Whether it was there.</summary>
    public bool RemoveFromOutbox(Guid message) => Execute("DELETE FROM outbox WHERE message = $1", Row(message)) > 0;
}
