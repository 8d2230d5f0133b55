namespace XChat.Standalone;

/// <summary>The server cannot run as asked. The message is the one line that the person at the terminal sees.</summary>
internal sealed class StandaloneException(string message) : Exception(message);
