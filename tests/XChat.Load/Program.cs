using System.CommandLine;

using XChat.EmbeddedPostgres;
using XChat.Load;
using XChat.Load.Append;

RootCommand root = new("Measures XChat against ceilings of the same machine, in the same run.")
{
    AppendCommand.Create(),
    ScaleCommand.Create(),
};

try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception problem) when (problem is EmbeddedPostgresException or LoadException)
{
    await Console.Error.WriteLineAsync(problem.Message);
    return 1;
}
