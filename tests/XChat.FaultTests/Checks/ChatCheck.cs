using System.Globalization;

using XChat.FaultTests.Workload;

namespace XChat.FaultTests.Checks;

/// <summary>
/// Whether the conversations are what was promised: every acknowledged message there once, at the place that was answered; places without gaps; the same
/// for every reader, and in an order that agrees with real time; nothing that nobody sent; nothing that still waits.
/// </summary>
internal static class ChatCheck
{
    private const int Application = 1;

    /// <summary>Violations, in words; none when all is well.</summary>
    public static IEnumerable<string> Run(Evidence evidence) =>
    [
        .. Places(evidence), .. Acknowledged(evidence), .. Once(evidence), .. Readers(evidence), .. RealTime(evidence), .. Waiting(evidence),
    ];

    private static IEnumerable<string> Places(Evidence evidence)
    {
        foreach (IGrouping<Guid, LogRow> log in evidence.Log.GroupBy(row => row.Conversation))
        {
            long expected = 1;
            foreach (LogRow row in log.OrderBy(row => row.Seq))
            {
                if (row.Seq != expected)
                {
                    yield return $"gap: conversation {log.Key} has seq {row.Seq} where {expected} should be";
                }

                expected = row.Seq + 1;
            }

            foreach (IGrouping<Guid, LogRow> doubled in log.GroupBy(row => row.Message).Where(same => same.Count() > 1))
            {
                yield return $"doubled: message {doubled.Key} is at {string.Join(", ", doubled.Select(row => row.Seq))} of conversation {log.Key}";
            }
        }
    }

    private static IEnumerable<string> Acknowledged(Evidence evidence)
    {
        Dictionary<(Guid, long), LogRow> log = evidence.Log.ToDictionary(row => (row.Conversation, row.Seq));
        foreach (SentMessage sent in evidence.Messages.Where(sent => sent.Seq > 0))
        {
            if (!log.TryGetValue((sent.Conversation, sent.Seq), out LogRow? row) || row.Message != sent.Id || row.Kind != Application)
            {
                yield return $"lost: \"{sent.Text}\" was acknowledged as {sent.Id} at {sent.Seq} of {sent.Conversation}, where there is "
                    + (row is null ? "nothing" : $"{row.Message}");
            }
        }
    }

    /// <summary>Of every text that was sent there is one line on every device of its conversation, and of every line somebody who sent it.</summary>
    private static IEnumerable<string> Once(Evidence evidence)
    {
        Dictionary<(Guid Conversation, string Text), SentMessage> sent = evidence.Messages.ToDictionary(message => (message.Conversation, message.Text));
        foreach (Shown shown in evidence.Shown)
        {
            Dictionary<string, int> counts = shown.Lines.Where(line => line is { Text: not null, Kind: "Content" })
                .GroupBy(line => line.Text!).ToDictionary(same => same.Key, same => same.Count());
            foreach ((string text, int count) in counts)
            {
                if (!sent.ContainsKey((shown.Conversation, text)))
                {
                    yield return $"invented: person {shown.Person} shows \"{text}\" in {shown.Conversation}, which nobody sent there";
                }
                else if (count > 1)
                {
                    yield return $"doubled: person {shown.Person} shows \"{text}\" {count} times in {shown.Conversation}";
                }
            }

            foreach (SentMessage message in evidence.Messages.Where(message => message.Conversation == shown.Conversation && !counts.ContainsKey(message.Text)))
            {
                yield return $"lost: person {shown.Person} does not show \"{message.Text}\" in {shown.Conversation}"
                    + (message.Seq > 0 ? "" : " (which was never acknowledged, but its sender never gave up)");
            }
        }
    }

    /// <summary>All devices show the same lines in the same order, and those are the log's.</summary>
    private static IEnumerable<string> Readers(Evidence evidence)
    {
        foreach (IGrouping<Guid, Shown> readers in evidence.Shown.GroupBy(shown => shown.Conversation))
        {
            Shown first = readers.First();
            Dictionary<long, Guid> log = evidence.Log.Where(row => row.Conversation == readers.Key).ToDictionary(row => row.Seq, row => row.Message);
            foreach (ShownLine line in first.Lines)
            {
                // A payment's line is called by its transfer.
                if (line.Kind == "Content" && (!log.TryGetValue(line.Seq, out Guid message) || message != line.Id))
                {
                    yield return $"order: person {first.Person} shows {line.Id} at {line.Seq} of {readers.Key}, the log does not";
                }
            }

            foreach (Shown other in readers.Skip(1))
            {
                (ShownLine One, ShownLine Two)[] apart = [.. first.Lines.Zip(other.Lines).Where(pair => pair.First != pair.Second).Take(1)];
                if (apart is [var two])
                {
                    yield return $"order: in {readers.Key} person {first.Person} shows {two.One} where person {other.Person} shows {two.Two}";
                }
                else if (first.Lines.Count != other.Lines.Count)
                {
                    yield return string.Create(
                        CultureInfo.InvariantCulture,
                        $"order: in {readers.Key} person {first.Person} shows {first.Lines.Count} lines and person {other.Person} {other.Lines.Count}");
                }
            }
        }
    }

    /// <summary>A message that was begun after another was acknowledged stands behind it.</summary>
    private static IEnumerable<string> RealTime(Evidence evidence)
    {
        foreach (IGrouping<Guid, SentMessage> sent in evidence.Messages.Where(sent => sent.Seq > 0).GroupBy(sent => sent.Conversation))
        {
            SentMessage[] byEnd = [.. sent.OrderBy(message => message.Ended)];
            SentMessage? last = null;
            int ended = 0;
            foreach (SentMessage message in sent.OrderBy(message => message.Begun))
            {
                for (; ended < byEnd.Length && byEnd[ended].Ended < message.Begun; ended++)
                {
                    last = last is null || byEnd[ended].Seq > last.Seq ? byEnd[ended] : last;
                }

                if (last is not null && message.Seq < last.Seq)
                {
                    yield return $"order: \"{message.Text}\" got {message.Seq} of {sent.Key} after \"{last.Text}\" had been acknowledged at {last.Seq}";
                }
            }
        }
    }

    private static IEnumerable<string> Waiting(Evidence evidence) => evidence.Shown.Where(shown => shown.Waiting > 0)
        .Select(shown => $"unresolved: {shown.Waiting} messages of person {shown.Person} still wait for {shown.Conversation}");
}
