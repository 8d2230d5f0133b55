namespace XChat.Admin;

/// <summary>Exit codes; scripts branch on them.</summary>
internal static class AdminExit
{
    /// <summary>Done, or nothing found.</summary>
    public const int Done = 0;

    /// <summary>Not run: a bad argument, no database, no silo. Nothing is known to have changed.</summary>
    public const int NotRun = 1;

    /// <summary>Refused by a rule, or a check found something.</summary>
    public const int Refused = 2;
}
