namespace XChat.Crypto.Mls;

/// <summary>What a processed message was.</summary>
public abstract record MlsReceived;

/// <summary>An application message, decrypted, of a member at an epoch.</summary>
public sealed record MlsApplication(MlsMember Sender, long Epoch, byte[] Plaintext, byte[] AuthenticatedData) : MlsReceived;

/// <summary>A commit, applied: the group is at the next epoch, or we were removed and hold no more secrets.</summary>
public sealed record MlsCommitApplied(
    MlsMember Committer, IReadOnlyList<MlsMember> Added, IReadOnlyList<MlsMember> Removed, bool SelfRemoved) : MlsReceived;

/// <summary>A proposal, kept until a commit refers to it.</summary>
public sealed record MlsProposalKept(MlsMember? Sender) : MlsReceived;
