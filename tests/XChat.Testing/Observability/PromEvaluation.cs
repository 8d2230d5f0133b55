using System.Globalization;
using System.Text.RegularExpressions;

namespace XChat.Testing.Observability;

/// <summary>One value of a result, with the labels that are left.</summary>
public sealed record PromValue(IReadOnlyDictionary<string, string> Labels, double Value);

/// <summary>Evaluates queries over recorded series, at the time of the last scrape.</summary>
public sealed class PromEvaluation(IReadOnlyList<PromSeries> series)
{
    private readonly double _now = series.SelectMany(one => one.Values).Max(value => value.Seconds);

    /// <summary>What Prometheus would answer.</summary>
    public IReadOnlyList<PromValue> Evaluate(PromExpression expression) => expression switch
    {
        PromNumber number => [new PromValue(new Dictionary<string, string>(), number.Value)],
        PromSelector { RangeSeconds: null } selector => [.. Match(selector).Select(one => new PromValue(one.Labels, one.Values[^1].Value))],
        PromSelector => throw new FormatException("A range is only good as the argument of a function."),
        PromCall call => Call(call),
        PromAggregate aggregate => Aggregate(aggregate),
        PromBinary binary => Combine(binary),
        _ => throw new FormatException($"{expression} is not known here."),
    };

    private IEnumerable<PromSeries> Match(PromSelector selector) => series.Where(
        one => one.Name == selector.Name && one.Values[^1].Seconds >= _now && selector.Matchers.All(matcher => Matches(one, matcher)));

    private static bool Matches(PromSeries one, PromMatcher matcher)
    {
        string value = one.Labels.GetValueOrDefault(matcher.Label, string.Empty);
        return matcher.Operator switch
        {
            "=" => value == matcher.Value,
            "!=" => value != matcher.Value,
            "=~" => Regex.IsMatch(value, $"^(?:{matcher.Value})$"),
            "!~" => !Regex.IsMatch(value, $"^(?:{matcher.Value})$"),
            _ => throw new FormatException($"{matcher.Operator} is no matcher."),
        };
    }

    private IReadOnlyList<PromValue> Call(PromCall call) => call.Function switch
    {
        "rate" => Increase(call, perSecond: true),
        "increase" => Increase(call, perSecond: false),
        "histogram_quantile" => Quantile(((PromNumber)call.Arguments[0]).Value, Evaluate(call.Arguments[1])),
        "clamp_min" => [.. Evaluate(call.Arguments[0]).Select(one => one with { Value = Math.Max(one.Value, ((PromNumber)call.Arguments[1]).Value) })],
        "time" => [new PromValue(new Dictionary<string, string>(), _now)],
        "vector" => Evaluate(call.Arguments[0]),
        _ => throw new FormatException($"The function {call.Function} is not known here."),
    };

    private List<PromValue> Increase(PromCall call, bool perSecond)
    {
        PromSelector selector = (PromSelector)call.Arguments[0];
        double range = selector.RangeSeconds ?? throw new FormatException($"{call.Function} needs a range.");
        List<PromValue> values = [];
        foreach (PromSeries one in Match(selector))
        {
            (double Seconds, double Value)[] inRange = [.. one.Values.Where(value => value.Seconds >= _now - range)];
            if (inRange.Length < 2)
            {
                continue;
            }

            double increase = 0;
            for (int i = 1; i < inRange.Length; i++)
            {
                double step = inRange[i].Value - inRange[i - 1].Value;
                increase += step >= 0 ? step : inRange[i].Value;
            }

            double seconds = inRange[^1].Seconds - inRange[0].Seconds;
            values.Add(new PromValue(one.Labels, perSecond ? increase / seconds : increase * range / seconds));
        }

        return values;
    }

    private static List<PromValue> Quantile(double quantile, IReadOnlyList<PromValue> buckets) =>
    [
        .. buckets.GroupBy(bucket => KeyOf(bucket.Labels.Where(label => label.Key != "le"))).Select(group => new PromValue(
            group.First().Labels.Where(label => label.Key != "le").ToDictionary(), QuantileOf(quantile, [.. group]))),
    ];

    private static double QuantileOf(double quantile, PromValue[] buckets)
    {
        (double Most, double Count)[] sorted = [.. buckets.Select(bucket => (Bound(bucket.Labels["le"]), bucket.Value)).OrderBy(bucket => bucket.Item1)];
        double rank = quantile * sorted[^1].Count;
        if (sorted[^1].Count == 0)
        {
            return double.NaN;
        }

        int at = Array.FindIndex(sorted, bucket => bucket.Count >= rank);
        if (double.IsPositiveInfinity(sorted[at].Most))
        {
            return sorted[at - 1].Most;
        }

        (double from, double before) = at == 0 ? (0, 0) : sorted[at - 1];
        return from + ((sorted[at].Most - from) * (rank - before) / (sorted[at].Count - before));
    }

    private static double Bound(string le) => le == "+Inf" ? double.PositiveInfinity : double.Parse(le, CultureInfo.InvariantCulture);

    private List<PromValue> Aggregate(PromAggregate aggregate) =>
    [
        .. Evaluate(aggregate.Of).GroupBy(one => KeyOf(one.Labels.Where(label => aggregate.By.Contains(label.Key)))).Select(group => new PromValue(
            group.First().Labels.Where(label => aggregate.By.Contains(label.Key)).ToDictionary(),
            aggregate.Operator switch
            {
                "sum" => group.Sum(one => one.Value),
                "max" => group.Max(one => one.Value),
                "min" => group.Min(one => one.Value),
                "avg" => group.Average(one => one.Value),
                _ => group.Count(),
            })),
    ];

    private List<PromValue> Combine(PromBinary binary)
    {
        IReadOnlyList<PromValue> left = Evaluate(binary.Left);
        IReadOnlyList<PromValue> right = Evaluate(binary.Right);
        Dictionary<string, PromValue> byLabels = right.ToDictionary(one => KeyOf(one.Labels));
        switch (binary.Operator)
        {
            case "or":
                HashSet<string> there = [.. left.Select(one => KeyOf(one.Labels))];
                return [.. left, .. right.Where(one => !there.Contains(KeyOf(one.Labels)))];
            case "and":
                return [.. left.Where(one => byLabels.ContainsKey(KeyOf(one.Labels)))];
            case "unless":
                return [.. left.Where(one => !byLabels.ContainsKey(KeyOf(one.Labels)))];
        }

        List<PromValue> values = [];
        foreach (PromValue one in left)
        {
            PromValue? other = binary.Right is PromNumber ? right[0] : byLabels.GetValueOrDefault(KeyOf(one.Labels));
            if (other is not null && Calculate(binary.Operator, one.Value, other.Value) is { } value)
            {
                values.Add(one with { Value = value });
            }
        }

        return values;
    }

    /// <summary>A comparison keeps what it holds for.</summary>
    private static double? Calculate(string @operator, double left, double right) => @operator switch
    {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" => left / right,
        ">" => left > right ? left : null,
        "<" => left < right ? left : null,
        ">=" => left >= right ? left : null,
        "<=" => left <= right ? left : null,
        "==" => left.Equals(right) ? left : null,
        "!=" => !left.Equals(right) ? left : null,
        _ => throw new FormatException($"{@operator} is not known here."),
    };

    private static string KeyOf(IEnumerable<KeyValuePair<string, string>> labels) =>
        string.Join(',', labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));
}
