using System.Text.Encodings.Web;
using System.Text.Json;

namespace XChat.Admin;

/// <summary>What a command says: lines for people, or one JSON document for programs.</summary>
internal sealed class AdminOutput(bool json, TextWriter output, TextWriter error)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    /// <summary>Says one thing.</summary>
    public void Say(object document, string line) => output.WriteLine(json ? JsonSerializer.Serialize(document, Json) : line);

    /// <summary>Lists things in columns as wide as they need.</summary>
    public void List<T>(IReadOnlyList<T> items, string none, IReadOnlyList<string> heads, Func<T, IReadOnlyList<string>> cells)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(items, Json));
        }
        else if (items.Count == 0)
        {
            output.WriteLine(none);
        }
        else
        {
            WriteTable([heads, .. items.Select(cells)]);
        }
    }

    /// <summary>Says why a command was not run.</summary>
    public void Problem(string message) => error.WriteLine(json ? JsonSerializer.Serialize(new { error = message }, Json) : message);

    private void WriteTable(IReadOnlyList<IReadOnlyList<string>> rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Count).Select(column => rows.Max(row => ForeignText.Clean(row[column]).Length))];
        foreach (IReadOnlyList<string> row in rows)
        {
            output.WriteLine(string.Join("  ", row.Select((cell, column) => ForeignText.Clean(cell).PadRight(widths[column]))).TrimEnd());
        }
    }
}
