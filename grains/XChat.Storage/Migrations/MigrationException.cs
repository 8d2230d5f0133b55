namespace XChat.Storage.Migrations;

/// <summary>The database cannot be brought to this binary's schema. The message is for the operator and says what to do.</summary>
public sealed class MigrationException : Exception
{
    public MigrationException(string message)
        : base(message)
    {
    }

    public MigrationException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
