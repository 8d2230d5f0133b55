using System.Globalization;

namespace XChat.Load.Overload;

/// <summary>
/// What became of an offered load: messages a second that were meant and that became due; accepted within the time (goodput); calls refused a second; calls
/// whose outcome nobody knows; and how long accepted calls took to be answered, in milliseconds, from the moment of the call.
/// </summary>
public sealed record Offered(double Meant, double Made, double Goodput, double Refused, long Unknown, double P50, double P99, double Max)
{
    /// <summary>The heads of the columns of <see cref="ToString"/>.</summary>
    public static string Heading { get; } =
        $"{string.Empty,-26} {"meant/s",9} {"due/s",9} {"goodput/s",10} {"refused/s",10} {"unknown",8} {"p50 ms",9} {"p99 ms",9} {"max ms",9}";

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Meant,9:0} {Made,9:0} {Goodput,10:0} {Refused,10:0} {Unknown,8} {P50,9:0.0} {P99,9:0.0} {Max,9:0.0}");
}
