namespace XChat.Protocol.Recovery;

/// <summary>
/// The operations of a realm: the last part of their path, and what binds a sealed call to its purpose. Each is a POST of a sealed call
/// (application/octet-stream) that carries the operation's request record in MessagePack; the answer is sealed and of one size.
/// </summary>
public static class RealmOperation
{
    /// <summary><see cref="FindRecoveryRequest"/>: <see cref="FindRecoveryResult"/>. Needs nothing; counts nothing.</summary>
    public const string Find = "find";

    /// <summary><see cref="EvaluatePinRequest"/>: <see cref="EvaluatePinResult"/>. Counts as a guess.</summary>
    public const string Evaluate = "evaluate";

    /// <summary><see cref="ReleaseShareRequest"/>: <see cref="ReleaseShareResult"/>. The right tag gets the share and resets the count.</summary>
    public const string Release = "release";

    /// <summary><see cref="DescribeRecoveryRequest"/>: <see cref="DescribeRecoveryResult"/>. With a device's proof.</summary>
    public const string Describe = "describe";

    /// <summary><see cref="DepositRecoveryRequest"/>: <see cref="ChangeRecoveryResult"/>. By a device; in force after <see cref="Activate"/>.</summary>
    public const string Deposit = "deposit";

    /// <summary><see cref="RefreshRecoveryRequest"/>: <see cref="ChangeRecoveryResult"/>. By a device; in force after <see cref="Activate"/>.</summary>
    public const string Refresh = "refresh";

    /// <summary><see cref="ActivateRecoveryRequest"/>: <see cref="ChangeRecoveryResult"/>. With a device's proof.</summary>
    public const string Activate = "activate";

    /// <summary><see cref="VetoRecoveryRequest"/>: <see cref="ChangeRecoveryResult"/>. With a device's proof.</summary>
    public const string Veto = "veto";

    /// <summary><see cref="DeleteRecoveryRequest"/>: <see cref="ChangeRecoveryResult"/>. With a device's proof.</summary>
    public const string Delete = "delete";

    /// <summary>The path of an operation at a realm.</summary>
    public static string PathOf(Guid realm, string operation) => $"/v1/realms/{realm:N}/{operation}";
}
