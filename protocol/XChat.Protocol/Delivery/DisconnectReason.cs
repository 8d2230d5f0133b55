namespace XChat.Protocol.Delivery;

/// <summary>Why the server ends a connection.</summary>
public enum DisconnectReason
{
    /// <summary>Unknown to this client's version: reconnect.</summary>
    Unspecified = 0,

    /// <summary>The session ended or its device was revoked: sign in again.</summary>
    SessionEnded = 1,

    /// <summary>The frontend is about to stop: reconnect elsewhere after a random wait.</summary>
    GoingAway = 2,
}
