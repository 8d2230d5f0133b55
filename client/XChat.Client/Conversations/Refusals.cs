using XChat.Protocol.Conversations;

namespace XChat.Client.Conversations;

/// <summary>Says what a refusal means and what helps.</summary>
internal static class Refusals
{
    public static XChatException Of(ConversationStatus status, string what) => new(
        status == ConversationStatus.NotMember ? ClientErrorReason.NotFound : ClientErrorReason.Refused, $"{what}: {Text(status)}");

    private static string Text(ConversationStatus status) => status switch
    {
        ConversationStatus.NotMember => "you are not in this conversation.",
        ConversationStatus.DeviceNotInGroup => "this device is not in the conversation yet; another member has to be online once.",
        ConversationStatus.NotAllowed => "your role does not allow it; ask an owner or admin.",
        ConversationStatus.StaleEpoch => "the conversation changed too often meanwhile; try again.",
        ConversationStatus.DeviceNotCertified => "a device is not certified by its account, or is in the conversation already.",
        ConversationStatus.PayloadTooLarge => "it is too long; send it in parts.",
        ConversationStatus.TooManyMembers => "the group would be too large.",
        ConversationStatus.TargetNotFound => "there is no such person or message here.",
        ConversationStatus.LastOwner => "you are the last owner; make someone else an owner first.",
        ConversationStatus.Overloaded => "the conversation is overloaded; try again later.",
        ConversationStatus.IdReusedWithDifferentContent => "its id is taken by other content.",
        _ => $"the server refused it ({status}).",
    };
}
