using System.CommandLine;

using XChat.Cli.Conversations;
using XChat.Cli.Output;
using XChat.Client.Conversations;
using XChat.Protocol.Wallets;

namespace XChat.Cli.Wallets;

/// <summary><c>xchat redpacket send|show|open</c>.</summary>
internal static class RedPacketCommand
{
    public static Command Create() => new("redpacket", "Red packets: money for whoever of a group opens them.") { CreateSend(), CreateShow(), CreateOpen() };

    private static Command CreateSend()
    {
        Argument<string> name = ConversationArgument.Create();
        MoneyArguments money = new();
        Option<int> count = new("--count") { Description = "How many people can open it.", HelpName = "N", Required = true };
        Option<bool> lucky = new("--lucky") { Description = "Draw each share when it is opened, instead of the same for everybody." };
        Option<string> memo = MoneyArguments.Memo();
        Option<string?> pin = PaymentPinCommand.Option();
        Command command = new("send", "Fills a red packet for a group. What nobody opens within a day comes back.")
        {
            name, money.Amount, money.Currency, count, lucky, memo, pin,
        };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            Money amount = money.Of(parsed);
            await session.Client.ConnectAsync(cancellationToken);
            ConversationInfo group = await session.Client.FindConversationAsync(parsed.GetRequiredValue(name), cancellationToken);
            RedPacketMode mode = parsed.GetValue(lucky) ? RedPacketMode.Lucky : RedPacketMode.Equal;
            string? given = await PaymentPinCommand.ReadAsync(session.Client, amount, parsed.GetValue(pin), cancellationToken);
            Guid packet = await session.Client.SendRedPacketAsync(
                group.Id, amount, parsed.GetRequiredValue(count), mode, parsed.GetRequiredValue(memo), given, cancellationToken);
            Console.WriteLine(parsed.GetValue(CommonOptions.Json)
                ? JsonLine.Of(new
                {
                    Type = "redPacket",
                    Packet = packet,
                    Conversation = group.Id,
                    Currency = amount.Currency.Code,
                    Amount = amount.FormatAmount(),
                })
                : $"Sent a red packet with {amount}: {packet:D}");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command CreateOpen()
    {
        Argument<Guid> id = MoneyArguments.IdArgument("The red packet, as xchat read shows it.");
        Command command = new("open", "Opens a red packet: once for each person.") { id };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            await session.Client.ConnectAsync(cancellationToken);
            Guid packet = parsed.GetRequiredValue(id);
            (Money share, bool before) = await session.Client.OpenRedPacketAsync(packet, cancellationToken);
            Console.WriteLine(parsed.GetValue(CommonOptions.Json)
                ? JsonLine.Of(new { Type = "opened", Packet = packet, Amount = share.FormatAmount(), Currency = share.Currency.Code, Before = before })
                : before ? $"You opened it before and got {share}." : $"You got {share}.");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command CreateShow()
    {
        Argument<Guid> id = MoneyArguments.IdArgument("The red packet, as xchat read shows it.");
        Command command = new("show", "Shows a red packet and who has opened it.") { id };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            await session.Client.ConnectAsync(cancellationToken);
            RedPacketView packet = await session.Client.GetRedPacketAsync(parsed.GetRequiredValue(id), cancellationToken);
            string payer = await session.Client.HandleOfAsync(packet.Payer, cancellationToken);
            List<(string Person, RedPacketClaimView Claim)> claims = [];
            foreach (RedPacketClaimView claim in packet.Claims)
            {
                claims.Add((await session.Client.HandleOfAsync(claim.User, cancellationToken), claim));
            }

            if (parsed.GetValue(CommonOptions.Json))
            {
                Console.WriteLine(JsonLine.Of(new
                {
                    Type = "redPacket",
                    packet.Packet,
                    Payer = payer,
                    packet.Mode,
                    packet.Amount.Currency,
                    Amount = MoneyArguments.Digits(packet.Amount),
                    Left = MoneyArguments.Digits(packet.Left),
                    Refunded = MoneyArguments.Digits(packet.Refunded),
                    packet.Count,
                    packet.Ended,
                    ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds(packet.ExpiresAtMs),
                    Claims = claims.Select(one => new { one.Person, Amount = MoneyArguments.Digits(one.Claim.Amount) }),
                }));
                return ExitCode.Done;
            }

            Console.WriteLine(
                $"{payer}'s red packet: {MoneyArguments.Text(packet.Amount)}, {packet.Claims.Count} of {packet.Count} opened, "
                + $"{MoneyArguments.Text(packet.Left)} left"
                + (packet.Ended ? " (over)" : string.Empty));
            claims.ForEach(one => Console.WriteLine($"  {one.Person}  {MoneyArguments.Text(one.Claim.Amount)}"));
            return ExitCode.Done;
        });
        return command;
    }
}
