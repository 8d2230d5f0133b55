namespace XChat.Load;

/// <summary>A run that measured nothing of worth: the system refused what it should have taken.</summary>
public sealed class LoadException(string message) : Exception(message);
