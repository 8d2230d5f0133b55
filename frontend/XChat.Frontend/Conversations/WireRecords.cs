using XChat.GrainInterfaces.Conversations;
using XChat.GrainInterfaces.Delivery;
using XChat.Protocol.Conversations;
using XChat.Protocol.Delivery;

namespace XChat.Frontend.Conversations;

/// <summary>What grains answer, as it goes to devices.</summary>
internal static class WireRecords
{
    public static EntryResult Of(EntryAppended appended) => new(appended.Status, appended.Seq, appended.TimeMs, appended.Epoch);

    public static ReadEntriesResult Of(ConversationId conversation, EntryPage page)
    {
        Entry[] entries = [.. page.Entries.Select(entry => Of(conversation, entry))];
        return new ReadEntriesResult(page.Status, entries, page.Head, page.More);
    }

    public static Entry Of(ConversationId conversation, LogEntry entry) => new(
        conversation.Value,
        entry.Seq,
        entry.Kind,
        entry.Sender.User.Value,
        entry.Sender.Device.Value,
        entry.Message.Value,
        entry.Epoch,
        entry.TimeMs,
        entry.ExpiresAtMs,
        entry.Target,
        entry.Value,
        entry.Payload);

    public static Signal Of(ConversationId conversation, MemberSignal signal) => new(
        conversation.Value,
        signal.Kind,
        signal.Sender.User.Value,
        signal.Sender.Device.Value,
        signal.DeliveredSeq,
        signal.ReadSeq,
        signal.Payload);

    public static ListConversationsResult Of(ConversationListPage page) => new([.. page.Items.Select(Of)], page.More);

    public static GetConversationResult Of(ConversationId conversation, ConversationDescribed described) =>
        new(described.Status, described.Status == ConversationStatus.Accepted ? ViewOf(conversation, described) : null);

    private static ConversationSummary Of(ConversationListItem item) => new(
        item.Conversation.Value,
        item.Type,
        item.Role,
        item.Head,
        item.Epoch,
        item.FirstSeq,
        item.ReadSeq,
        item.DeliveredSeq,
        item.Unread,
        item.ActivityMs);

    private static ConversationView ViewOf(ConversationId conversation, ConversationDescribed described) => new(
        conversation.Value,
        described.Type,
        described.Group,
        described.Epoch,
        described.Head,
        described.TimerSeconds,
        [.. described.Members.Select(member => new MemberView(member.User.Value, member.Role, member.FirstSeq, member.DeliveredSeq, member.ReadSeq))],
        [.. described.Leaves.Select(leaf => new LeafView(leaf.Index, leaf.User.Value, leaf.Device.Value))],
        [.. described.PendingAdds.Select(device => new PendingDevice(device.User.Value, device.Device.Value))],
        described.PendingRemoves);
}
