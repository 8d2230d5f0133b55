namespace XChat.Storage.Conversations;

/// <summary>How long a Welcome is needed: until no leaf that its commit added still has to join.</summary>
internal static class Welcomes
{
    /// <summary>
    /// Comes before every change of the leaves of conversation $1: of two devices that join at once each would see the other still waiting, and
    /// neither would drop their Welcome.
    /// </summary>
    public const string LockSql = "SELECT FROM conversation WHERE conversation_id = $1 FOR NO KEY UPDATE";

    /// <summary>Drops those of conversation $1 that no device waits for.</summary>
    public const string DropUnneededSql = """
        DELETE FROM conversation_welcome AS w
        WHERE w.conversation_id = $1
          AND NOT EXISTS (
              SELECT FROM conversation_leaf AS l
              WHERE l.conversation_id = w.conversation_id AND l.added_seq = w.seq AND NOT l.joined AND NOT l.leaving)
        """;
}
