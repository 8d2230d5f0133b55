using System.CommandLine;
using System.Text.Json;

namespace XChat.LocalCluster;

/// <summary>The commands of the local cluster: without one it is started, the others speak to the one that runs.</summary>
internal static class ClusterCommandLine
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static RootCommand Create(Func<ClusterOptions, Task<int>> start)
    {
        Option<string> data = new("--data")
        {
            Description = "Folder that keeps the databases, keys and logs between runs, relative to the current one.",
            HelpName = "FOLDER",
            DefaultValueFactory = _ => ClusterOptions.DefaultDataFolder,
            Recursive = true,
        };
        Option<int> port = Number("--port", PortBlock.DefaultFirst, $"Where clients connect; the {PortBlock.Size} ports from there on are the cluster's.");
        Option<int> silos = Number("--silos", ClusterOptions.DefaultSilos, "Silos to begin with.");
        Option<int> frontends = Number("--frontends", ClusterOptions.DefaultFrontends, "Frontends to begin with.");
        RootCommand root = new(
            "Runs a whole XChat cluster as processes of this machine: PostgreSQL, silos, realms, frontends and one address in front of them.")
        {
            data, port, silos, frontends,
        };
        root.SetAction(parsed => start(
            new ClusterOptions(parsed.GetRequiredValue(data), parsed.GetValue(port), parsed.GetValue(silos), parsed.GetValue(frontends))));
        root.Subcommands.Add(Status(data));
        root.Subcommands.Add(Scale(data));
        root.Subcommands.Add(Restart(data));
        root.Subcommands.Add(Stop(data));
        return root;
    }

    private static Command Status(Option<string> data)
    {
        Option<bool> json = new("--json") { Description = "Answer in JSON, with the database's connection string." };
        Command command = new("status", "Lists the processes and how they stand. Exit code: 0 all are ready; 2 some are not.") { json };
        command.SetAction(async (parsed, cancelled) =>
        {
            using ControlClient client = new(parsed.GetRequiredValue(data));
            ClusterStatus status = await client.StatusAsync(cancelled);
            Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(status, Json) : Describe(status));
            return status.Members.All(member => member.State == "ready") ? 0 : 2;
        });
        return command;
    }

    private static Command Scale(Option<string> data)
    {
        Argument<string> role = new("role") { Description = "silos or frontends." };
        Argument<int> count = new("count") { Description = "How many there shall be." };
        Command command = new("scale", "Adds or removes processes of a role, one after another, while the cluster works.") { role, count };
        command.SetAction(async (parsed, cancelled) =>
        {
            using ControlClient client = new(parsed.GetRequiredValue(data));
            return await client.ScaleAsync(parsed.GetRequiredValue(role), parsed.GetValue(count), cancelled);
        });
        return command;
    }

    private static Command Restart(Option<string> data)
    {
        Argument<string?> role = new("role") { Description = "rails, silos, realms or frontends. Default: all.", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> rolling = new("--rolling") { Description = "One at a time, so that the cluster goes on working." };
        Command command = new("restart", "Starts processes anew, as for an upgrade.") { role, rolling };
        command.SetAction(async (parsed, cancelled) =>
        {
            using ControlClient client = new(parsed.GetRequiredValue(data));
            return await client.RestartAsync(parsed.GetValue(role), parsed.GetValue(rolling), cancelled);
        });
        return command;
    }

    private static Command Stop(Option<string> data)
    {
        Command command = new("stop", "Stops everything, as Ctrl-C does where the cluster was started.");
        command.SetAction(async (parsed, cancelled) =>
        {
            using ControlClient client = new(parsed.GetRequiredValue(data));
            await client.StopAsync(cancelled);
            return 0;
        });
        return command;
    }

    private static string Describe(ClusterStatus status)
    {
        IEnumerable<string> lines = status.Members.Select(member =>
            $"{member.Role[..^1] + " " + member.Number,-12}{member.State,-11}{"pid " + (member.ProcessId?.ToString() ?? "-"),-13}{member.Address}"
            + (member.Crashes > 0 ? $"   ended {member.Crashes} times unasked: {member.Log}" : string.Empty));
        return string.Join(Environment.NewLine, lines.Prepend($"Clients connect to {status.Address}"));
    }

    private static Option<int> Number(string name, int value, string description) =>
        new(name) { Description = $"{description} Default: {value}.", DefaultValueFactory = _ => value };
}
