using System.CommandLine;

using XChat.FaultTests;
using XChat.FaultTests.Faults;

// "faults" on the command line asks for a run of any length; everything else is for the test runner.
int own = Array.IndexOf(args, "faults");
if (own < 0)
{
    return args.Any(argument => argument is "--server" or "--internal-msbuild-node")
        ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
        : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
}

Option<int> cycles = new("--cycles") { Description = "Faults.", DefaultValueFactory = _ => 100 };
Option<int> minutes = new("--minutes") { Description = "When no further fault is begun.", DefaultValueFactory = _ => 60 };
Option<int> seed = new("--seed") { Description = "Default: a new one.", DefaultValueFactory = _ => Environment.TickCount & 0xFFFFFF };
Option<int> silos = new("--silos") { Description = "Silos.", DefaultValueFactory = _ => 3 };
Option<int> people = new("--people") { Description = "People who talk and pay.", DefaultValueFactory = _ => 6 };
Option<int> pace = new("--pace") { Description = "Milliseconds between two operations of one kind of one person.", DefaultValueFactory = _ => 150 };
Option<int> calm = new("--calm")
{
    Description = "After how many faults everybody has to be answered before the next.",
    DefaultValueFactory = _ => 1,
};
Option<string[]> faults = new("--fault")
{
    Description = "A kind of fault; may be repeated. Default: all.",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => [.. AllFaults.List.Select(fault => fault.Name)],
};
Option<string?> other = new("--other-silo") { Description = "Main assembly of a silo of another version, for the fault \"upgrade\"." };
RootCommand command = new("Runs people who talk and pay, and faults, and checks everything.")
{
    cycles, minutes, seed, silos, people, pace, calm, faults, other,
};
command.SetAction(async (parsed, cancellationToken) =>
{
    FaultReport report = await new FaultRun(
        new FaultPlan
        {
            Seed = parsed.GetValue(seed),
            Faults = parsed.GetValue(faults)!,
            Cycles = parsed.GetValue(cycles),
            AtMost = TimeSpan.FromMinutes(parsed.GetValue(minutes)),
            Silos = parsed.GetValue(silos),
            People = parsed.GetValue(people),
            Calm = parsed.GetValue(calm),
            OtherSilo = parsed.GetValue(other),
            Pace = TimeSpan.FromMilliseconds(parsed.GetValue(pace)),
        },
        line => Console.WriteLine(line)).RunAsync(cancellationToken);
    Console.WriteLine(report.ToString());
    return report.Violations.Count == 0 ? 0 : 1;
});
return await command.Parse(args[(own + 1)..]).InvokeAsync();
