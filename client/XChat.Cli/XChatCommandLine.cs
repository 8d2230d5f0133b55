using System.CommandLine;
using System.CommandLine.Invocation;

using XChat.Cli.Accounts;
using XChat.Cli.Conversations;
using XChat.Cli.Delivery;
using XChat.Cli.Demo;
using XChat.Cli.Groups;
using XChat.Cli.History;
using XChat.Cli.Recovery;
using XChat.Cli.Reports;
using XChat.Cli.Transparency;
using XChat.Cli.Wallets;
using XChat.Client;

namespace XChat.Cli;

/// <summary>The command <c>xchat</c>: all verbs, and how a command line is taken.</summary>
internal static class XChatCommandLine
{
    /// <summary>What is under way when the person presses Ctrl-C may finish within this: longer than a chat takes to say goodbye.</summary>
    private static readonly TimeSpan TimeToStop = TimeSpan.FromSeconds(15);

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        // A word that begins with '@' is a handle here, not the name of a file with more arguments.
        ParseResult parsed = Create().Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
        {
            string problem = $"{parsed.Errors[0].Message} See: {PathOf(parsed)} --help";
            await ProfileCommand.ExplainAsync(new XChatException(ClientErrorReason.InvalidInput, problem), arguments.Contains(CommonOptions.Json.Name));
            return ExitCode.BadInput;
        }

        return await parsed.InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeToStop });
    }

    private static RootCommand Create() =>
        new("Talks end-to-end encrypted through an XChat server. People are named by handle (@bob), groups by name or id.")
        {
            CommonOptions.Server,
            CommonOptions.Profile,
            CommonOptions.Json,
            RegisterCommand.Create(),
            WhoAmICommand.Create(),
            ChatCommand.Create(),
            RecoverCommand.Create(),
            PinCommand.Create(),
            SendCommand.Create(),
            ReadCommand.Create(),
            ListenCommand.Create(),
            ConversationsCommand.Create(),
            GroupCommand.Create(),
            DeleteCommand.Create(),
            ReportCommand.Create(),
            TimerCommand.Create(),
            WalletCommand.Create(),
            RailCommands.CreateDeposit(),
            RailCommands.CreateWithdraw(),
            RailCommands.CreateTransit(),
            QrCommand.Create(),
            PayCommand.Create(),
            PayCommand.CreateAccept(),
            PayCommand.CreateDecline(),
            PayCommand.CreateRecall(),
            PaymentPinCommand.Create(),
            DisputeCommands.CreateRefund(),
            DisputeCommands.CreateDispute(),
            RequestCommands.CreateRequest(),
            RequestCommands.CreateList(),
            SplitCommand.Create(),
            RedPacketCommand.Create(),
            StatementCommand.Create(),
            StatementCommand.CreateReceipt(),
            DevicesCommand.Create(),
            WarningsCommand.Create(),
            LinkCommand.Create(),
            HistoryCommand.Create(),
            VerifyCommand.Create(),
            AuditCommand.Create(),
            DemoCommand.Create(),
        };

    /// <summary>The words that lead to the command in question, such as <c>xchat group add</c>.</summary>
    private static string PathOf(ParseResult parsed)
    {
        List<string> words = [];
        for (Symbol? command = parsed.CommandResult.Command; command is not null; command = command.Parents.FirstOrDefault())
        {
            words.Add(command.Name);
        }

        words.Reverse();
        return string.Join(' ', words);
    }
}
