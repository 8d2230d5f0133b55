using System.Text.Json;
using System.Text.Json.Nodes;

namespace XChat.Load;

/// <summary>What a run prints: measurements as they come, then ratios; or all of it as JSON, and nothing else on standard output.</summary>
public sealed class Report(bool json)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly Dictionary<string, Measurement> _measurements = [];
    private readonly Dictionary<string, double> _ratios = [];
    private readonly JsonObject _more = [];

    private TextWriter Progress => json ? Console.Error : Console.Out;

    /// <summary>A part of this run.</summary>
    public Measurement this[string name] => _measurements[name];

    public void Note(Measurement measurement)
    {
        if (_measurements.Count == 0)
        {
            Progress.WriteLine(Measurement.Heading);
        }

        _measurements.Add(measurement.Name, measurement);
        Progress.WriteLine(measurement);
    }

    /// <summary>Something else that was measured.</summary>
    public void Note(string name, object value)
    {
        _more[name] = JsonSerializer.SerializeToNode(value);
        Progress.WriteLine($"{name}: {value}");
    }

    public void Ratio(string name, double value, int digits = 3) => _ratios.Add(name, Math.Round(value, digits));

    /// <summary>The rate of one part over that of another.</summary>
    public void RateRatio(string name, string part, string other) => Ratio(name, this[part].PerSecond / this[other].PerSecond);

    public void End()
    {
        if (json)
        {
            _more["measurements"] = JsonSerializer.SerializeToNode(_measurements.Values);
            _more["ratios"] = JsonSerializer.SerializeToNode(_ratios);
            _more["cores"] = Environment.ProcessorCount;
            Console.WriteLine(_more.ToJsonString(Indented));
            return;
        }

        foreach ((string name, double value) in _ratios)
        {
            Console.WriteLine($"{name} = {value}");
        }
    }
}
