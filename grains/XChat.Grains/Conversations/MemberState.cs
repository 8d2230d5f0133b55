using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.Grains.Conversations;

/// <summary>A person in a conversation. <c>DeviceListVersion</c> is the newest version of its device list that the conversation has taken in.</summary>
public sealed record MemberState(
    UserId User,
    MemberRole Role,
    long FirstSeq,
    long DeliveredSeq,
    long ReadSeq,
    long DeviceListVersion);
