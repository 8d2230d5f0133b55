namespace XChat.Storage;

/// <summary>The database server is not one that XChat runs on. The message names each setting, what it would cost, and the remedy.</summary>
public sealed class DatabaseRequirementException(string message) : Exception(message);
