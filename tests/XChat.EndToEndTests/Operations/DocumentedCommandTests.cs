using System.Text.RegularExpressions;

using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Operations;

/// <summary>
/// Every command of the project's programs that a document names is there, with the options that it is written with, so that nobody who follows a document
/// is told "unrecognized". What each program has is asked of the program itself.
/// </summary>
public sealed partial class DocumentedCommandTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<string, string> Programs = new()
    {
        ["xchat"] = "client/XChat.Cli",
        ["xchat-admin"] = "silo/XChat.Admin",
        ["xchat-cluster"] = "deploy/cluster",
        ["xchat-rail-sim"] = "deploy/XChat.RailSim",
        ["xchat-realm"] = "silo/XChat.Realm",
        ["xchat-standalone"] = "deploy/standalone",
    };

    /// <summary>Tables whose first column leaves out of which program the commands are, by document and heading.</summary>
    private static readonly Dictionary<(string, string), string> Unnamed = new()
    {
        [("docs/cli.md", "## Commands")] = "xchat",
        [("docs/money-rules.md", "## What operators do")] = "xchat-admin",
    };

    private readonly Dictionary<string, Help> _helps = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_command_and_option_that_a_document_names_is_there()
    {
        string[] documents =
        [
            "README.md", "ARCHITECTURE.md",
            .. Directory.GetFiles(Path.Combine(ProjectOutput.Root, "docs"), "*.md", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(ProjectOutput.Root, file)),
        ];
        Written[] written = [.. documents.SelectMany(CommandsOf)];
        List<string> wrong = [];
        foreach (Written command in written)
        {
            if (await LookAsync(command) is { } problem)
            {
                wrong.Add($"{command.Place}: {command.Program} {string.Join(' ', command.Words)}: {problem}");
            }
        }

        Assert.Empty(wrong);
        // Of each program something was looked at, and as much as the documents are known to have.
        Assert.Empty(Programs.Keys.Except(written.Select(command => command.Program)));
        Assert.True(written.Length > 150, $"only {written.Length} commands were found");
    }

    private static IEnumerable<Written> CommandsOf(string document)
    {
        bool fenced = false;
        string? program = null;
        int number = 0;
        foreach (string line in File.ReadLines(Path.Combine(ProjectOutput.Root, document)))
        {
            string place = $"{document}:{++number}";
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                fenced = !fenced;
                continue;
            }

            program = line.StartsWith("## ", StringComparison.Ordinal) ? Unnamed.GetValueOrDefault((document, line)) : program;
            IEnumerable<string> texts = fenced ? [line.StartsWith("$ ", StringComparison.Ordinal) ? line[2..] : line]
                : program is not null && line.StartsWith("| `", StringComparison.Ordinal)
                    ? Code().Matches(FirstCell().Match(line).Value).Select(span => $"{program} {span.Groups[1]}")
                : Code().Matches(line).Select(span => span.Groups[1].Value);
            foreach (Written command in texts.SelectMany(text => CommandsIn(text, place)))
            {
                yield return command;
            }
        }
    }

    /// <summary>The commands of a line that a shell would run: between pipes and the like, behind assignments.</summary>
    private static IEnumerable<Written> CommandsIn(string text, string place)
    {
        foreach (string part in Separator().Split(text.Replace("\\|", "|", StringComparison.Ordinal)))
        {
            string[] words =
            [
                .. Word().Matches(part).Select(word => word.Value.Trim('"'))
                    .SelectMany(word => word.Trim('[', ']').Split('|')).SkipWhile(word => Assignment().IsMatch(word)),
            ];
            if (words is ["dotnet", "run", ..] && Array.IndexOf(words, "--project") is > 0 and int at && at + 1 < words.Length)
            {
                string program = Programs.FirstOrDefault(known => known.Value == words[at + 1]).Key ?? string.Empty;
                int arguments = Array.IndexOf(words, "--");
                yield return new Written(place, program, words[at + 1], arguments < 0 ? [] : words[(arguments + 1)..]);
            }
            else if (words is [var first, ..] && Programs.TryGetValue(first, out string? project))
            {
                yield return new Written(place, first, project, words[1..]);
            }
        }
    }

    /// <summary>Null: it is as it is written.</summary>
    private async Task<string?> LookAsync(Written command)
    {
        if (command.Program.Length == 0)
        {
            // Another project's program, such as the load generator: at least it is one.
            return Directory.EnumerateFiles(Path.Combine(ProjectOutput.Root, command.Project), "*.csproj").Any() ? null : "there is no such project";
        }

        List<string> path = [];
        Help help = await HelpAsync(command.Program, path);
        for (int at = 0; at < command.Words.Length && command.Words[at] != "--"; at++)
        {
            string word = command.Words[at];
            if (word.StartsWith('-') && word.Length > 1)
            {
                if (!help.Options.TryGetValue(word.Split('=')[0], out bool hasValue))
                {
                    return $"there is no option {word}";
                }

                at += hasValue && !word.Contains('=', StringComparison.Ordinal) ? 1 : 0;
            }
            else if (help.Commands.Contains(word))
            {
                path.Add(word);
                help = await HelpAsync(command.Program, path);
            }
            else if (help.Commands.Count > 0 && !help.TakesArguments)
            {
                return $"there is no command {word}";
            }
        }

        return null;
    }

    private async Task<Help> HelpAsync(string program, IReadOnlyList<string> path)
    {
        string key = string.Join(' ', [program, .. path]);
        if (!_helps.TryGetValue(key, out Help? help))
        {
            await using TestProcess process = TestProcess.StartDotnet(ProjectOutput.Of(Programs[program], program), [.. path, "--help"]);
            Assert.Equal(0, await process.WaitForExitAsync(Cancelled, Patience));
            _helps[key] = help = Read(process.Output);
        }

        return help;
    }

    private static Help Read(IEnumerable<string> lines)
    {
        Help help = new([], [], []);
        string section = string.Empty;
        foreach (string line in lines)
        {
            if (line.EndsWith(':') && !line.StartsWith(' '))
            {
                section = line;
            }
            else if (section == "Usage:")
            {
                help.Usage.Add(line);
            }
            else if (section == "Commands:" && line.Length > 2)
            {
                _ = help.Commands.Add(line.Trim().Split(' ')[0]);
            }
            else if (section == "Options:" && line.TrimStart().StartsWith('-'))
            {
                string names = line.Trim().Split("  ")[0];
                foreach (Match name in OptionName().Matches(names))
                {
                    help.Options[name.Value] = names.Contains('<', StringComparison.Ordinal);
                }
            }
        }

        return help;
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"^\|.*?(?<!\\)\|")]
    private static partial Regex FirstCell();

    [GeneratedRegex(@" \| |&&|;|\$\(| > | < |\) ")]
    private static partial Regex Separator();

    [GeneratedRegex("""(?:[^\s"]|"[^"]*")+""")]
    private static partial Regex Word();

    [GeneratedRegex("^[A-Za-z_]+=")]
    private static partial Regex Assignment();

    [GeneratedRegex("(?<![^ ,])--?[a-z?][a-z-]*")]
    private static partial Regex OptionName();

    /// <summary>A command as a document has it: where, of which program in which project, and the words behind its name.</summary>
    private sealed record Written(string Place, string Program, string Project, string[] Words);

    /// <summary>What a command has: how it is used, commands below it, and options, each with whether it takes a value.</summary>
    private sealed record Help(List<string> Usage, HashSet<string> Commands, Dictionary<string, bool> Options)
    {
        public bool TakesArguments => Usage.Any(line => line.Contains('<', StringComparison.Ordinal));
    }
}
