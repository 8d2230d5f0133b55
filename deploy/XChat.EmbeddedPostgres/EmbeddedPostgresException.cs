namespace XChat.EmbeddedPostgres;

/// <summary>PostgreSQL cannot be had or run here. The message is for the person at the terminal: what is wrong and what to do.</summary>
public sealed class EmbeddedPostgresException : Exception
{
    public EmbeddedPostgresException(string message)
        : base(message)
    {
    }

    public EmbeddedPostgresException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
