using System.CommandLine;

using XChat.Grains.Audit;

namespace XChat.Admin;

/// <summary>What came of an action: whether it was done, and what to say about it.</summary>
internal sealed record ActionOutcome(bool Done, object Document, string Line);

/// <summary>Actions on the server. Each is in the audit before it is done and again when it has ended; one that was cut short shows by that.</summary>
internal static class OperatorActions
{
    private const int LongestReason = 1000;

    /// <summary>Why something is done, which nobody gets around saying.</summary>
    public static Option<string> Reason() => new("--reason")
    {
        Description = "Why, for the audit.",
        HelpName = "TEXT",
        Required = true,
    };

    /// <summary>Has the silos do something under audit, and says what came of it.</summary>
    /// <param name="session">Who does it, and where.</param>
    /// <param name="action">What, as <c>domain.verb</c>.</param>
    /// <param name="subject">To whom or what.</param>
    /// <param name="detail">With which parameters.</param>
    /// <param name="reason">Why.</param>
    /// <param name="act">Does it.</param>
    /// <param name="cancellationToken">Ends the wait; what is begun may go on.</param>
    /// <exception cref="AdminException">No reason is given.</exception>
    public static async Task<int> ActAsync(
        this AdminSession session,
        string action,
        string subject,
        string detail,
        string reason,
        Func<IClusterClient, Task<ActionOutcome>> act,
        CancellationToken cancellationToken)
    {
        IClusterClient cluster = await session.ConnectAsync(cancellationToken);
        return await session.ActAsync(action, subject, detail, reason, () => act(cluster), cancellationToken);
    }

    /// <summary>Does something under audit without the silos, and says what came of it.</summary>
    /// <param name="session">Who does it, and where.</param>
    /// <param name="action">What, as <c>domain.verb</c>.</param>
    /// <param name="subject">To whom or what.</param>
    /// <param name="detail">With which parameters.</param>
    /// <param name="reason">Why.</param>
    /// <param name="act">Does it.</param>
    /// <param name="cancellationToken">Ends the wait; what is begun may go on.</param>
    /// <exception cref="AdminException">No reason is given.</exception>
    public static async Task<int> ActAsync(
        this AdminSession session,
        string action,
        string subject,
        string detail,
        string reason,
        Func<Task<ActionOutcome>> act,
        CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > LongestReason)
        {
            throw new AdminException($"--reason has to say why, in 1 to {LongestReason} characters: it goes into the audit.");
        }

        string order = detail.Length == 0 ? reason : $"{detail}; {reason}";
        await AppendAsync(session, action, subject, order, OperatorStage.Begun, cancellationToken);
        ActionOutcome outcome = await act();
        // The action has happened; that it did is written whoever has lost patience.
        await AppendAsync(session, action, subject, outcome.Line, outcome.Done ? OperatorStage.Done : OperatorStage.Refused, CancellationToken.None);
        session.Output.Say(outcome.Document, outcome.Line);
        return outcome.Done ? AdminExit.Done : AdminExit.Refused;
    }

    private static Task<OperatorAction> AppendAsync(
        AdminSession session, string action, string subject, string detail, OperatorStage stage, CancellationToken cancellationToken) =>
        session.Audit.AppendAsync(
            new OperatorEntry(session.Operator, action, subject, detail, stage), TimeProvider.System.GetUtcNow(), cancellationToken);
}
