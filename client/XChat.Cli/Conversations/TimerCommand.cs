using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

using XChat.Cli.Output;
using XChat.Client.Conversations;

namespace XChat.Cli.Conversations;

/// <summary><c>xchat timer @bob 1d</c>: lets later messages disappear.</summary>
internal static class TimerCommand
{
    private const string Off = "off";

    public static Command Create()
    {
        Argument<string> name = ConversationArgument.Create();
        Argument<TimeSpan> after = new("after")
        {
            Description = "How long later messages stay: a number with s, m, h or d behind it, such as 30m or 7d; or off.",
            HelpName = "30m|7d|off",
            CustomParser = Parse,
        };
        Command command = new("timer", "Sets after how long later messages disappear, from the server and the devices of everyone.") { name, after };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            await session.Client.ConnectAsync(cancellationToken);
            ConversationInfo conversation = await session.Client.FindConversationAsync(parsed.GetRequiredValue(name), cancellationToken);
            TimeSpan time = parsed.GetValue(after);
            await session.Client.SetTimerAsync(conversation.Id, time, cancellationToken);
            return Answer.Say(parsed, new { Type = "timer", Conversation = conversation.Id, Seconds = (long)time.TotalSeconds });
        });
        return command;
    }

    private static TimeSpan Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (text == Off)
        {
            return TimeSpan.Zero;
        }

        int unit = text.Length < 2 ? 0 : text[^1] switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            _ => 0,
        };
        if (unit > 0 && ushort.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out ushort count) && count > 0)
        {
            return TimeSpan.FromSeconds((long)count * unit);
        }

        result.AddError($"\"{text}\" is not a time such as 30m or 7d, and not \"{Off}\".");
        return TimeSpan.Zero;
    }
}
