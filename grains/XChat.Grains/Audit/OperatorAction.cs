namespace XChat.Grains.Audit;

/// <summary>What an operator is about to do, or what came of it, before it has its place in the log.</summary>
/// <param name="Operator">Who: a name that the operators of this server know, 1 to 100 characters.</param>
/// <param name="Action">What, as <c>domain.verb</c>: <c>wallet.freeze</c>.</param>
/// <param name="Subject">To whom or what: an id.</param>
/// <param name="Detail">The rest of the order, for people: parameters, the stated reason.</param>
/// <param name="Stage">Whether it is begun or how it ended.</param>
public sealed record OperatorEntry(string Operator, string Action, string Subject, string Detail, OperatorStage Stage);

/// <summary>An entry in its place.</summary>
/// <param name="Seq">Its place, without gaps from 1.</param>
/// <param name="TimeMs">When it was written, Unix milliseconds.</param>
/// <param name="Entry">What it says.</param>
/// <param name="PreviousHash">The hash of the entry before; 32 zero bytes for the first.</param>
/// <param name="Hash">SHA-256 over everything above, see <see cref="OperatorChain"/>.</param>
public sealed record OperatorAction(long Seq, long TimeMs, OperatorEntry Entry, byte[] PreviousHash, byte[] Hash);

/// <summary>Every action leaves two entries, so that one that was cut short is seen. Numbers are stored and hashed.</summary>
public enum OperatorStage
{
    /// <summary>None.</summary>
    Unspecified = 0,

    /// <summary>Ordered. It is written before anything is done: what cannot be audited is not done.</summary>
    Begun = 1,

    /// <summary>Done.</summary>
    Done = 2,

    /// <summary>Refused by a rule; nothing changed. The detail says by which.</summary>
    Refused = 3,
}
