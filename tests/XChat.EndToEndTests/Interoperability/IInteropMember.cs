namespace XChat.EndToEndTests.Interoperability;

/// <summary>A member of an MLS group, whoever implements it.</summary>
internal interface IInteropMember
{
    string Name { get; }

    /// <summary>A fresh key package; with a group id, also a new group of one.</summary>
    Task<byte[]> CreateAsync(byte[]? groupId);

    Task JoinAsync(byte[] welcome);

    /// <summary>Makes a commit and enters its epoch.</summary>
    Task<(byte[] Commit, byte[]? Welcome)> CommitAsync(IReadOnlyList<byte[]> adds, IReadOnlyList<int> removes);

    /// <summary>True when the commit removed this member.</summary>
    Task<bool> FollowAsync(byte[] commit);

    Task<byte[]> EncryptAsync(string text);

    Task<string> DecryptAsync(byte[] message);

    /// <summary>Goes through the serialised state, as a program that starts again does.</summary>
    Task RestartAsync();

    Task<(long Epoch, int Leaf, string Authenticator)> DescribeAsync();
}
