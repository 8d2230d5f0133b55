using System.Globalization;
using System.Text.RegularExpressions;

namespace XChat.Testing.Observability;

/// <summary>Parses the part of PromQL that is used here.</summary>
public sealed partial class PromParser
{
    private static readonly string[] Aggregates = ["sum", "max", "min", "avg", "count"];
    private static readonly string[] Functions = ["rate", "increase", "histogram_quantile", "clamp_min", "time", "vector"];
    private static readonly string[][] Levels = [["or"], ["and", "unless"], ["==", "!=", ">", "<", ">=", "<="], ["+", "-"], ["*", "/"]];

    private readonly string[] _tokens;
    private readonly string _query;
    private int _at;

    private PromParser(string query)
    {
        _query = query;
        _tokens = [.. Token().Matches(query).Select(match => match.Value).Where(token => !string.IsNullOrWhiteSpace(token))];
    }

    private string Next => _at < _tokens.Length ? _tokens[_at] : string.Empty;

    /// <exception cref="FormatException">It is no query, or one of a kind that is not known here.</exception>
    public static PromExpression Parse(string query)
    {
        PromParser parser = new(query);
        PromExpression expression = parser.Level(0);
        return parser._at == parser._tokens.Length ? expression : throw parser.Wrong("the end");
    }

    private PromExpression Level(int level)
    {
        if (level == Levels.Length)
        {
            return Operand();
        }

        PromExpression left = Level(level + 1);
        while (Levels[level].Contains(Next))
        {
            string @operator = Take();
            left = new PromBinary(@operator, left, Level(level + 1));
        }

        return left;
    }

    private PromExpression Operand()
    {
        if (Next == "(")
        {
            Take("(");
            PromExpression inner = Level(0);
            Take(")");
            return inner;
        }

        if (double.TryParse(Next, CultureInfo.InvariantCulture, out double number))
        {
            _at++;
            return new PromNumber(number);
        }

        string name = Take();
        return !Name().IsMatch(name) ? throw Wrong("a name")
            : Aggregates.Contains(name) ? Aggregate(name)
            : Next == "(" ? Call(name)
            : Selector(name);
    }

    private PromAggregate Aggregate(string name)
    {
        IReadOnlyList<string> by = Next == "by" ? By() : [];
        Take("(");
        PromExpression of = Level(0);
        Take(")");
        return new PromAggregate(name, Next == "by" ? By() : by, of);
    }

    private List<string> By()
    {
        Take("by");
        Take("(");
        List<string> labels = [];
        while (Next != ")")
        {
            labels.Add(Take());
            if (Next == ",")
            {
                Take(",");
            }
        }

        Take(")");
        return labels;
    }

    private PromCall Call(string name)
    {
        if (!Functions.Contains(name))
        {
            throw new FormatException($"The function {name} is not known here (in {_query}).");
        }

        Take("(");
        List<PromExpression> arguments = [];
        while (Next != ")")
        {
            arguments.Add(Level(0));
            if (Next == ",")
            {
                Take(",");
            }
        }

        Take(")");
        return new PromCall(name, arguments);
    }

    private PromSelector Selector(string name)
    {
        List<PromMatcher> matchers = [];
        if (Next == "{")
        {
            Take("{");
            while (Next != "}")
            {
                string label = Take();
                string @operator = Take();
                matchers.Add(new PromMatcher(label, @operator, Take().Trim('"')));
                if (Next == ",")
                {
                    Take(",");
                }
            }

            Take("}");
        }

        double? range = null;
        if (Next == "[")
        {
            Take("[");
            range = Seconds(Take());
            Take("]");
        }

        return new PromSelector(name, matchers, range);
    }

    private double Seconds(string duration) =>
        // What Grafana puts in is at least four scrapes.
        duration == "$__rate_interval" ? 60
        : duration.Length > 1 && int.TryParse(duration[..^1], CultureInfo.InvariantCulture, out int count)
            ? count * duration[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => throw Wrong("a duration") }
            : throw Wrong("a duration");

    private string Take() => _at < _tokens.Length ? _tokens[_at++] : throw Wrong("more");

    private void Take(string token)
    {
        if (Take() != token)
        {
            _at--;
            throw Wrong(token);
        }
    }

    private FormatException Wrong(string wanted) => new($"{_query}: {wanted} was expected before \"{string.Join(' ', _tokens.Skip(_at))}\".");

    [GeneratedRegex("""\$__rate_interval|\d+(\.\d+)?[smhd]\b|\d+(\.\d+)?|[a-zA-Z_:][a-zA-Z0-9_:]*|"[^"]*"|=~|!~|==|!=|>=|<=|[-+*/<>=(){}\[\],]|\s+|.""")]
    private static partial Regex Token();

    [GeneratedRegex("^[a-zA-Z_:][a-zA-Z0-9_:]*$")]
    private static partial Regex Name();
}
