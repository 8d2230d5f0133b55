namespace XChat.Crypto.Mls;

/// <summary>Untrusted MLS bytes were refused. The message names the structure, never its content.</summary>
public sealed class MlsException(MlsError error, string message) : Exception(message)
{
    /// <summary>Why.</summary>
    public MlsError Error { get; } = error;

    internal static MlsException Malformed(string what) => new(MlsError.Malformed, $"Malformed {what}.");
}
