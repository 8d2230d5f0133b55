using System.CommandLine;

using XChat.Cli.Conversations;
using XChat.Cli.Output;
using XChat.Client;
using XChat.Client.Wallets;
using XChat.Protocol.Wallets;

namespace XChat.Cli.Wallets;

/// <summary><c>xchat request @bob 10 EUR</c>, <c>xchat requests</c>, and the answers to a request.</summary>
internal static class RequestCommands
{
    private const int Shown = 50;

    public static Command CreateRequest()
    {
        Argument<string> from = new("person") { Description = "Whom to ask.", HelpName = "@person" };
        MoneyArguments money = new();
        Option<string> memo = MoneyArguments.Memo();
        Command command = new("request", "Asks a person for money; they pay with one command within a week.")
        {
            from, money.Amount, money.Currency, memo,
            CreatePay(),
            CreateAnswer("decline", "Declines a request.", cancel: false),
            CreateAnswer("cancel", "Cancels an own request or split.", cancel: true),
        };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            Money amount = money.Of(parsed);
            string handle = parsed.GetRequiredValue(from);
            await session.Client.ConnectAsync(cancellationToken);
            _ = await MoneyArguments.FindOtherAsync(session.Client, handle, cancellationToken);
            Guid conversation = await ConversationArgument.OpenAsync(session, handle, cancellationToken);
            Guid id = await session.Client.RequestMoneyAsync(conversation, handle, amount, parsed.GetRequiredValue(memo), cancellationToken);
            return await ShowAsync(session, id, parsed.GetValue(CommonOptions.Json), cancellationToken);
        });
        return command;
    }

    public static Command CreateList()
    {
        Command command = new("requests", "Shows the newest requests and splits that you made or are asked by, and who has paid.");
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            await session.Client.ConnectAsync(cancellationToken);
            foreach (PaymentRequestView request in await session.Client.PaymentRequestsAsync(Shown, cancellationToken))
            {
                await PrintAsync(session.Client, request, parsed.GetValue(CommonOptions.Json), cancellationToken);
            }

            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Prints a request as it stands now.</summary>
    public static async Task<int> ShowAsync(ProfileSession session, Guid id, bool json, CancellationToken cancellationToken)
    {
        await PrintAsync(session.Client, await session.Client.GetPaymentRequestAsync(id, cancellationToken), json, cancellationToken);
        return ExitCode.Done;
    }

    private static Command CreatePay()
    {
        Argument<Guid> id = MoneyArguments.IdArgument("The request, as xchat requests shows it.");
        Option<bool> yes = StrangerWarning.Yes();
        Option<string?> pin = PaymentPinCommand.Option();
        Command command = new("pay", "Pays what you are asked for.") { id, yes, pin };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            XChatClient client = session.Client;
            await client.ConnectAsync(cancellationToken);
            PaymentRequestView request = await client.GetPaymentRequestAsync(parsed.GetRequiredValue(id), cancellationToken);
            string handle = await client.HandleOfAsync(request.Requester, cancellationToken);
            ShareView? share = request.Shares.FirstOrDefault(one => one.User == client.RequireSelf().User);
            string amount = MoneyArguments.Text(share?.Amount ?? request.Total);
            await StrangerWarning.ConfirmAsync(client, request.Requester, handle, amount, parsed.GetValue(yes), cancellationToken);
            Money due = Amount.TryRead(share?.Amount, out Money read) ? read : default;
            string? given = await PaymentPinCommand.ReadAsync(client, due, parsed.GetValue(pin), cancellationToken);
            PaymentOutcome outcome = await client.PayRequestAsync(request.Request, given, cancellationToken);
            return await PayCommand.SayAsync(client, outcome, request.Requester, $"{amount} to {handle}", parsed.GetValue(CommonOptions.Json));
        });
        return command;
    }

    private static Command CreateAnswer(string name, string description, bool cancel)
    {
        Argument<Guid> id = MoneyArguments.IdArgument("The request, as xchat requests shows it.");
        Command command = new(name, description) { id };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            Guid request = parsed.GetRequiredValue(id);
            await session.Client.ConnectAsync(cancellationToken);
            Task answer = cancel
                ? session.Client.CancelRequestAsync(request, cancellationToken)
                : session.Client.DeclineRequestAsync(request, cancellationToken);
            await answer;
            return await ShowAsync(session, request, parsed.GetValue(CommonOptions.Json), cancellationToken);
        });
        return command;
    }

    private static async Task PrintAsync(XChatClient client, PaymentRequestView request, bool json, CancellationToken cancellationToken)
    {
        Dictionary<Guid, string> names = [];
        foreach (Guid user in request.Shares.Select(share => share.User).Append(request.Requester).Distinct())
        {
            names[user] = await client.HandleOfAsync(user, cancellationToken);
        }

        string state = request.Status == PaymentRequestStatus.Accepted ? "open" : request.Status == PaymentRequestStatus.Cancelled ? "cancelled" : "expired";
        if (json)
        {
            Console.WriteLine(JsonLine.Of(new
            {
                Type = "request",
                request.Request,
                request.Conversation,
                Requester = names[request.Requester],
                request.Split,
                request.Total.Currency,
                Total = MoneyArguments.Digits(request.Total),
                State = state,
                ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds(request.ExpiresAtMs),
                Shares = request.Shares.Select(share => new
                {
                    Person = names[share.User],
                    Amount = MoneyArguments.Digits(share.Amount),
                    share.State,
                    Transfer = share.Transfer == Guid.Empty ? (Guid?)null : share.Transfer,
                }),
            }));
            return;
        }

        string what = request.Split ? "splits" : "asks for";
        Console.WriteLine($"{request.Request:D}  {names[request.Requester]} {what} {MoneyArguments.Text(request.Total)} ({state})");
        foreach (ShareView share in request.Shares)
        {
            Console.WriteLine($"  {names[share.User]}  {MoneyArguments.Text(share.Amount)}  {StateName(share.State)}");
        }
    }

    private static string StateName(ShareState state) => state switch
    {
        ShareState.Open => "open",
        ShareState.Paying => "being paid",
        ShareState.Paid => "paid",
        ShareState.Declined => "declined",
        ShareState.Own => "own share",
        _ => "unknown",
    };
}
