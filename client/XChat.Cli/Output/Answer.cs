using System.CommandLine;

namespace XChat.Cli.Output;

/// <summary>What a command that has done something says.</summary>
internal static class Answer
{
    /// <summary>Prints the object for programs, and for people the lines, if there are any: what went well needs no word.</summary>
    public static int Say(ParseResult parsed, object document, params ReadOnlySpan<string> lines)
    {
        if (parsed.GetValue(CommonOptions.Json))
        {
            Console.WriteLine(JsonLine.Of(document));
            return ExitCode.Done;
        }

        foreach (string line in lines)
        {
            Console.WriteLine(line);
        }

        return ExitCode.Done;
    }
}
