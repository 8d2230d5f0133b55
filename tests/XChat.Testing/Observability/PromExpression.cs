namespace XChat.Testing.Observability;

/// <summary>A part of a query. Only what dashboards and alerts here are written in; anything else is refused when it is parsed.</summary>
public abstract record PromExpression
{
    /// <summary>The metrics that it reads.</summary>
    public IEnumerable<PromSelector> Selectors => this switch
    {
        PromSelector selector => [selector],
        PromCall call => call.Arguments.SelectMany(argument => argument.Selectors),
        PromAggregate aggregate => aggregate.Of.Selectors,
        PromBinary binary => binary.Left.Selectors.Concat(binary.Right.Selectors),
        _ => [],
    };
}

/// <summary>A number.</summary>
public sealed record PromNumber(double Value) : PromExpression;

/// <summary>The series of a metric whose labels match; with a range, their values over it.</summary>
public sealed record PromSelector(string Name, IReadOnlyList<PromMatcher> Matchers, double? RangeSeconds) : PromExpression;

/// <summary>What a label has to be: <c>=</c>, <c>!=</c>, <c>=~</c> or <c>!~</c> a value.</summary>
public sealed record PromMatcher(string Label, string Operator, string Value);

/// <summary>A function.</summary>
public sealed record PromCall(string Function, IReadOnlyList<PromExpression> Arguments) : PromExpression;

/// <summary><c>sum by (label) (…)</c> and its like.</summary>
public sealed record PromAggregate(string Operator, IReadOnlyList<string> By, PromExpression Of) : PromExpression;

/// <summary>Arithmetic, a comparison, <c>and</c> or <c>or</c>.</summary>
public sealed record PromBinary(string Operator, PromExpression Left, PromExpression Right) : PromExpression;
