using System.CommandLine;

namespace XChat.Load.Scale;

/// <summary>
/// <c>scale</c>: append and page reads must not get slower as conversations and the database grow. Sizes are put straight into the tables.
/// Appends come at a fixed rate, so that the small conversations stay small, and their median latency is compared; reads come as fast as they go.
/// </summary>
public static class ScaleCommand
{
    private const int Readers = 32;
    private const int AppendRate = 1000;
    private const int FewUsers = 1000;
    private const int Small = 10;
    private const int Middle = 10_000;

    public static Command Create()
    {
        Option<bool> json = new("--json") { Description = "Print the result as JSON, and nothing else, to standard output." };
        Option<int> seconds = new("--seconds") { Description = "How long a slice of each part takes.", DefaultValueFactory = _ => 3 };
        Option<int> rounds = new("--rounds") { Description = "Slices of each part; the parts take turns.", DefaultValueFactory = _ => 3 };
        Option<int> largest = new("--messages")
        {
            Description = "Messages of the largest conversation; others have ten and ten thousand.",
            DefaultValueFactory = _ => 1_000_000,
        };
        Option<int> users = new("--users") { Description = "Users of the larger database.", DefaultValueFactory = _ => 1_000_000 };
        Command command = new("scale", "Appends and page reads at small and large sizes.") { json, seconds, rounds, largest, users };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Report(parsed.GetValue(json)),
            TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            parsed.GetValue(rounds),
            [Small, Middle, parsed.GetValue(largest)],
            parsed.GetValue(users),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Report report, TimeSpan duration, int rounds, int[] sizes, int users, CancellationToken cancellationToken)
    {
        await using LoadServer server = await LoadServer.StartAsync(cancellationToken);
        await FilledUsers.CreateAsync(server, FewUsers, cancellationToken);
        List<SizedConversations> sized = [];
        foreach (int size in sizes)
        {
            sized.Add(await SizedConversations.CreateAsync(server, size, cancellationToken));
        }

        async Task RunAsync(IEnumerable<Part> parts)
        {
            Part[] all = [.. parts];
            await Part.RunAsync(all, rounds, duration);
            foreach (Part part in all)
            {
                report.Note(part.Result);
            }
        }

        await RunAsync(sized.SelectMany(one => Parts(one, $"{one.Size} messages")));
        SizedConversations small = await SizedConversations.CreateAsync(server, Small, cancellationToken);
        await RunAsync(Parts(small, $"{FewUsers} users"));
        await FilledUsers.CreateAsync(server, users - FewUsers, cancellationToken);
        await RunAsync(Parts(small, $"{users} users"));

        void Compare(string what, string large, string least)
        {
            report.Ratio($"append_{what}", report[Append(least)].P50 / report[Append(large)].P50);
            report.RateRatio($"read_{what}", Read(large), Read(least));
        }

        Compare("largest_vs_smallest", $"{sizes[^1]} messages", $"{sizes[0]} messages");
        Compare("middle_vs_smallest", $"{sizes[1]} messages", $"{sizes[0]} messages");
        Compare("most_vs_fewest_users", $"{users} users", $"{FewUsers} users");
        report.End();
        return 0;
    }

    private static IEnumerable<Part> Parts(SizedConversations conversations, string what) =>
    [
        new(Append(what), (measure, time) =>
            Loops.PacedAsync(measure, AppendRate, time, (number, _) => conversations.AppendAsync(number))),
        Part.Closed(Read(what), Readers, conversations.ReadAsync),
    ];

    private static string Append(string what) => $"append at {AppendRate}/s: {what}";

    private static string Read(string what) => $"read: {what}";
}
