namespace XChat.Grains.Conversations;

/// <summary>What an application message says in the clear: its group and epoch.</summary>
public readonly record struct MessageFacts(Guid Group, long Epoch);
