using System.Globalization;
using System.Text;

namespace XChat.FaultTests;

/// <summary>What came of a run.</summary>
internal sealed record FaultReport
{
    public required FaultPlan Plan { get; init; }

    public required TimeSpan Took { get; init; }

    /// <summary>How often each fault was inflicted.</summary>
    public required IReadOnlyDictionary<string, int> Faults { get; init; }

    /// <summary>What was not done, and why.</summary>
    public required IReadOnlyList<string> NotRun { get; init; }

    /// <summary>Everything that should not be; empty when all is well.</summary>
    public required IReadOnlyList<string> Violations { get; init; }

    public int Messages { get; init; }

    public int Payments { get; init; }

    /// <summary>Payments that were refused, by why.</summary>
    public IReadOnlyDictionary<string, int> Refused { get; init; } = new Dictionary<string, int>();

    public int Unknown { get; init; }

    public int UnknownDone { get; init; }

    public int LostReplies { get; init; }

    public int Fenced { get; init; }

    public int Revived { get; init; }

    public int Reconnects { get; init; }

    public long Transfers { get; init; }

    /// <summary>Lines at the level of an error, with how often each came.</summary>
    public IReadOnlyDictionary<string, int> Errors { get; init; } = new Dictionary<string, int>();

    /// <summary>For people.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        string kinds = string.Join(", ", Faults.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}"));
        _ = text.AppendLine(
            CultureInfo.InvariantCulture,
            $"seed {Plan.Seed}, {Plan.Silos} silos, {Plan.Frontends} frontends, {Plan.People} people, {Took.TotalSeconds:0} s");
        _ = text.AppendLine(CultureInfo.InvariantCulture, $"faults: {Faults.Values.Sum()} ({kinds})");
        foreach (string reason in NotRun)
        {
            _ = text.AppendLine(CultureInfo.InvariantCulture, $"NOT RUN: {reason}");
        }

        string refused = Refused.Count == 0 ? "none refused" : $"refused: {string.Join(", ", Refused.Select(pair => $"{pair.Key} {pair.Value}"))}";
        _ = text.AppendLine(
            CultureInfo.InvariantCulture,
            $"operations: {Messages} messages, {Payments} payments ({refused}); {Unknown} outcomes unknown at first, "
            + $"resolved by id: {UnknownDone} done, {Unknown - UnknownDone} not done");
        _ = text.AppendLine(
            CultureInfo.InvariantCulture,
            $"fencing events: {Fenced}; commit replies lost: {LostReplies}; silos that ended themselves: {Revived}; reconnects by the SDK: {Reconnects}; "
            + $"ledger verified: {Transfers} transfers");
        foreach ((string line, int count) in Errors)
        {
            _ = text.AppendLine(CultureInfo.InvariantCulture, $"logged as an error, {count} times: {line}");
        }

        _ = text.Append(CultureInfo.InvariantCulture, $"violations: {Violations.Count}");
        foreach (string violation in Violations.Take(40))
        {
            _ = text.AppendLine().Append("  ").Append(violation);
        }

        return text.ToString();
    }
}
