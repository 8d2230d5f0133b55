using System.Globalization;
using System.Text;

namespace XChat.Testing.Observability;

/// <summary>Reads what Prometheus reads from <c>/metrics</c>: recorded scrapes of one process, one behind the other in time.</summary>
public static class PromText
{
    /// <summary>The series of scrapes that are so many seconds apart, with the labels that Prometheus would add.</summary>
    public static IReadOnlyList<PromSeries> Read(IReadOnlyList<string> scrapes, double secondsApart, string job, string instance)
    {
        Dictionary<string, PromSeries> all = [];
        for (int scrape = 0; scrape < scrapes.Count; scrape++)
        {
            double seconds = scrape * secondsApart;
            Add(all, "up", new() { ["job"] = job, ["instance"] = instance }, seconds, 1);
            foreach (string line in scrapes[scrape].Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
            {
                (string name, Dictionary<string, string> labels, double value) = ReadLine(line);
                _ = labels.TryAdd("job", job);
                _ = labels.TryAdd("instance", instance);
                Add(all, name, labels, seconds, value);
            }
        }

        return [.. all.Values];
    }

    /// <summary>The names of the metrics in a scrape, as they are declared: a histogram has one.</summary>
    public static IEnumerable<string> FamiliesOf(string scrape) =>
        scrape.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]);

    private static void Add(Dictionary<string, PromSeries> all, string name, Dictionary<string, string> labels, double seconds, double value)
    {
        string key = name + string.Join(',', labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));
        PromSeries before = all.GetValueOrDefault(key) ?? new PromSeries(name, labels, []);
        all[key] = before with { Values = [.. before.Values, (seconds, value)] };
    }

    /// <summary><c>name{label="value",…} 1.5 timestamp</c>.</summary>
    private static (string Name, Dictionary<string, string> Labels, double Value) ReadLine(string line)
    {
        int at = line.IndexOfAny(['{', ' ']);
        string name = line[..at];
        Dictionary<string, string> labels = [];
        if (line[at] == '{')
        {
            at++;
            while (line[at] != '}')
            {
                int equals = line.IndexOf('=', at);
                string label = line[at..equals];
                at = equals + 2;
                StringBuilder value = new();
                for (; line[at] != '"'; at++)
                {
                    _ = value.Append(line[at] == '\\' ? Unescape(line[++at]) : line[at]);
                }

                labels[label] = value.ToString();
                at += line[at + 1] == ',' ? 2 : 1;
            }

            at++;
        }

        string number = line[at..].Trim().Split(' ')[0];
        return (name, labels, number is "+Inf" ? double.PositiveInfinity : number is "-Inf" ? double.NegativeInfinity : Parse(number));
    }

    private static char Unescape(char escaped) => escaped == 'n' ? '\n' : escaped;

    private static double Parse(string number) => double.Parse(number, CultureInfo.InvariantCulture);
}
