namespace XChat.LocalCluster;

/// <summary>Something cannot be done as asked. The message is the one line that the person at the terminal sees.</summary>
internal sealed class ClusterException(string message) : Exception(message);
