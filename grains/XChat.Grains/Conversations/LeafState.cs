using XChat.GrainInterfaces.Accounts;

namespace XChat.Grains.Conversations;

/// <summary>
/// A leaf of the MLS tree and the device that holds it. It was added by the commit at <c>AddedSeq</c>. <c>Joined</c>: the device has shown that
/// it no longer needs the Welcome. <c>Leaving</c>: the device is out already, and waits for a commit that takes its leaf away.
/// </summary>
public sealed record LeafState(int Index, Caller Device, long AddedSeq, bool Joined, bool Leaving);
