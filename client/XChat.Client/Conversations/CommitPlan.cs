namespace XChat.Client.Conversations;

/// <summary>What a commit is to do: key packages to add, leaves to remove.</summary>
internal sealed record CommitPlan(IReadOnlyList<byte[]> Adds, IReadOnlyList<int> Removes)
{
    public bool IsEmpty => Adds.Count == 0 && Removes.Count == 0;
}
