using System.Globalization;

using XChat.Crypto.Recovery;
using XChat.Protocol.Recovery;

namespace XChat.Client.Recovery;

/// <summary>What a realm said it has.</summary>
internal sealed class Found(RealmClient realm, FindRecoveryResult result)
{
    public RealmClient Realm => realm;

    public FindRecoveryResult Result => result;

    public int GuessesLeft { get; set; } = result.GuessesLeft;

    public bool MayTryNow => result.NextAttemptAtMs <= result.TimeMs;

    public static string Show(long timeMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(timeMs).ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}

/// <summary>The realms whose shares belong together, chosen by the statement that they name. Pure.</summary>
internal sealed class Candidates
{
    private const string UsedUp =
        "The guesses were used up and the backup destroyed. Only a device that is still signed in can make a new one.";

    private readonly IReadOnlyList<Found> _realms;

    private Candidates(RecoveryStatement statement, IReadOnlyList<Found> realms) => (Statement, _realms) = (statement, realms);

    public RecoveryStatement Statement { get; }

    /// <summary>How many more guesses the threshold's realms allow together.</summary>
    public int AttemptsLeft => _realms.Sum(found => found.GuessesLeft) / Statement.Threshold;

    /// <summary>
    /// The statement that most realms share, at least as many as it needs; of equals the one that is in force at more of them. Statements that the
    /// account did not sign count for nothing.
    /// </summary>
    /// <exception cref="XChatException">There is none.</exception>
    public static Candidates Choose(IReadOnlyList<Found> found, IReadOnlyList<XChatException> problems, byte[] accountKey)
    {
        var sets =
            from at in found
            where at.Result.Status == RecoveryStatus.Accepted
            from slot in at.Result.Slots
            group (At: at, slot.Current) by Convert.ToHexString(slot.Statement) into set
            let statement = Read(set.Key, accountKey)
            where statement is not null
            let holders = set.Where(member => statement.At(member.At.Realm.Id) is not null).ToArray()
            where holders.Length >= statement.Threshold
            orderby holders.Length descending, holders.Count(member => member.Current) descending, statement.Generation descending
            select new Candidates(statement, [.. holders.Select(member => member.At)]);
        return sets.FirstOrDefault() ?? throw Explain(found, problems);
    }

    /// <summary>Those that can be asked now, the ones with most guesses left first.</summary>
    public IEnumerable<Found> Usable(bool byDevice) =>
        _realms.Where(found => found.Result.GuessesLeft > 0 && (byDevice || found.MayTryNow)).OrderByDescending(found => found.Result.GuessesLeft);

    /// <exception cref="XChatException">Too few realms can be asked now, or a code is needed.</exception>
    public void RequireUsable(bool byDevice, string? code)
    {
        if (Usable(byDevice).Count() < Statement.Threshold)
        {
            long[] times = [.. _realms.Where(found => found.Result.GuessesLeft > 0).Select(found => found.Result.NextAttemptAtMs).Order()];
            throw times.Length < Statement.Threshold
                ? new XChatException(ClientErrorReason.Refused, UsedUp)
                : new XChatException(
                    ClientErrorReason.Refused,
                    $"The next guess is possible at {Found.Show(times[Statement.Threshold - 1])}: "
                    + "there were wrong guesses, or a device of the account forbade them.");
        }

        if (!byDevice && code is null && _realms.Any(found => found.Result.Gated))
        {
            throw new XChatException(
                ClientErrorReason.InvalidInput, "This account has a recovery code in front of its PIN: give it too (--code). Nothing was counted.");
        }
    }

    private static RecoveryStatement? Read(string statement, byte[] accountKey) =>
        RecoveryStatement.TryVerify(Convert.FromHexString(statement), accountKey, out RecoveryStatement? read) ? read : null;

    private static XChatException Explain(IReadOnlyList<Found> found, IReadOnlyList<XChatException> problems) =>
        found.Any(at => at.Result.Status == RecoveryStatus.Destroyed)
            ? new XChatException(ClientErrorReason.Refused, UsedUp)
            : problems.Count > 0
                ? new XChatException(
                    ClientErrorReason.ServerUnreachable, "Too few realms can be reached. " + string.Join(" ", problems.Select(problem => problem.Message)))
                : new XChatException(ClientErrorReason.NotFound, "This account has no PIN backup: no PIN was ever set, or it was deleted.");
}
