namespace XChat.Protocol.Wallets;

/// <summary>Which side of an account's statement is wanted.</summary>
public enum StatementDirection
{
    /// <summary>Money in and out.</summary>
    Both = 0,

    /// <summary>What was credited.</summary>
    In = 1,

    /// <summary>What was debited.</summary>
    Out = 2,
}
