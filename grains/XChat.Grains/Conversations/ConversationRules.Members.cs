using System.Buffers.Binary;
using System.Security.Cryptography;

using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.Protocol;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;

namespace XChat.Grains.Conversations;

/// <summary>Changes without MLS: roles, leaving, reports, device lists.</summary>
public static partial class ConversationRules
{
    /// <summary>Any change that <see cref="ChangeMembership"/> can name.</summary>
    public static ChangeDecision DecideChange(ConversationState? state, ChangeMembership request, LogPlace place)
    {
        if (state?.MemberOf(request.Caller.User) is not { } member)
        {
            return ChangeDecision.Refuse(ConversationStatus.NotMember);
        }

        return request.Kind switch
        {
            EntryKind.RoleChanged => DecideRole(state, member, request, place),
            EntryKind.MemberLeft => DecideLeave(state, member, request, place),
            EntryKind.EpochReported => DecideReport(state, request, place),
            _ => ChangeDecision.Refuse(ConversationStatus.NotAllowed),
        };
    }

    /// <summary>
    /// A member's device list changed. Devices that are new to the group wait for a commit; leaves of devices that are gone are out at once and
    /// wait for one too. A list that is no newer than the one known changes nothing.
    /// </summary>
    public static ChangeDecision DecideRefresh(ConversationState? state, RefreshDevices request, LogPlace place)
    {
        if (state?.MemberOf(request.User) is not { } member)
        {
            return ChangeDecision.Refuse(ConversationStatus.NotMember);
        }

        if (request.Version <= member.DeviceListVersion)
        {
            return ChangeDecision.Refuse(ConversationStatus.AlreadyAccepted);
        }

        HashSet<Caller> certified = [.. request.Devices.Take(Limits.DevicesPerAccount).Select(device => Of(request.User, device))];
        LeafState[] leaves = [.. state.LeavesOf(request.User)];
        Caller[] waited = [.. state.Waiting.Where(device => device.User == request.User)];
        Caller[] missing = [.. certified.Except(leaves.Where(leaf => !leaf.Leaving).Select(leaf => leaf.Device))];
        return ChangeDecision.Accept(new ConversationChange
        {
            Conversation = state.Conversation,
            Entry = Note(
                EntryKind.DevicesChanged, Of(request.User, DeviceId.Empty), DevicesMessage(request.User, request.Version), state.Epoch, place,
                value: request.Version),
            MembersSet = [member with { DeviceListVersion = request.Version }],
            LeavesSet = [.. leaves.Where(leaf => !leaf.Leaving && !certified.Contains(leaf.Device)).Select(leaf => leaf with { Leaving = true })],
            WaitingGone = [.. waited.Except(missing)],
            WaitingSet = [.. missing.Except(waited)],
        });
    }

    /// <summary>The message id of the entry for a version of a user's device list: the same whoever reports it, however often.</summary>
    public static MessageId DevicesMessage(UserId user, long version)
    {
        Span<byte> input = stackalloc byte[13 + 16 + 8];
        "xchat devices"u8.CopyTo(input);
        user.Value.TryWriteBytes(input.Slice(13, 16), bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(input[29..], version);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(input, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new MessageId(new Guid(hash[..16], bigEndian: true));
    }

    private static ChangeDecision DecideRole(ConversationState state, MemberState caller, ChangeMembership request, LogPlace place)
    {
        if (state.Type == ConversationType.Direct || caller.Role != MemberRole.Owner
            || request.Role is not (MemberRole.Member or MemberRole.Admin or MemberRole.Owner))
        {
            return ChangeDecision.Refuse(ConversationStatus.NotAllowed);
        }

        if (state.MemberOf(request.Target) is not { } target)
        {
            return ChangeDecision.Refuse(ConversationStatus.TargetNotFound);
        }

        if (request.Role != MemberRole.Owner && IsLastOwner(state, target))
        {
            return ChangeDecision.Refuse(ConversationStatus.LastOwner);
        }

        return ChangeDecision.Accept(new ConversationChange
        {
            Conversation = state.Conversation,
            Entry = Note(
                EntryKind.RoleChanged, request.Caller, request.Message, state.Epoch, place, request.Target.Value, (long)request.Role),
            MembersSet = [target with { Role = request.Role }],
        });
    }

    private static ChangeDecision DecideLeave(ConversationState state, MemberState member, ChangeMembership request, LogPlace place)
    {
        if (state.Type == ConversationType.Direct)
        {
            return ChangeDecision.Refuse(ConversationStatus.NotAllowed);
        }

        if (state.Members.Count > 1 && IsLastOwner(state, member))
        {
            return ChangeDecision.Refuse(ConversationStatus.LastOwner);
        }

        return ChangeDecision.Accept(new ConversationChange
        {
            Conversation = state.Conversation,
            Entry = Note(EntryKind.MemberLeft, request.Caller, request.Message, state.Epoch, place),
            MembersGone = [member.User],
            LeavesSet = [.. state.LeavesOf(member.User).Where(leaf => !leaf.Leaving).Select(leaf => leaf with { Leaving = true })],
            WaitingGone = [.. state.Waiting.Where(device => device.User == member.User)],
        });
    }

    private static ChangeDecision DecideReport(ConversationState state, ChangeMembership request, LogPlace place)
    {
        if (request.Value < 0 || request.Value >= state.Epoch)
        {
            return ChangeDecision.Refuse(ConversationStatus.TargetNotFound);
        }

        return ChangeDecision.Accept(new ConversationChange
        {
            Conversation = state.Conversation,
            Entry = Note(EntryKind.EpochReported, request.Caller, request.Message, state.Epoch, place, value: request.Value),
        });
    }

    private static bool IsLastOwner(ConversationState state, MemberState member) =>
        member.Role == MemberRole.Owner && state.Members.Values.Count(other => other.Role == MemberRole.Owner) == 1;
}
