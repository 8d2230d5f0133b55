using System.CommandLine;

using XChat.EmbeddedPostgres;
using XChat.Load;
using XChat.Load.Append;
using XChat.Load.Cluster;
using XChat.Load.Deliver;
using XChat.Load.Overload;
using XChat.Load.RedPackets;
using XChat.Load.Scale;
using XChat.Load.Transfers;

RootCommand root = new("Measures XChat against ceilings of the same machine, in the same run.")
{
    AppendCommand.Create(),
    DeliverCommand.Create(),
    BareHubCommand.Create(),
    ScaleCommand.Create(),
    TransferCommand.Create(),
    StatementCommand.Create(),
    RedPacketCommand.Create(),
    OverloadCommand.Create(),
    ClusterCommand.Create(),
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
