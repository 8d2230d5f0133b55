using System.CommandLine;
using System.Globalization;

using XChat.Cli.Output;
using XChat.Client.Recovery;

namespace XChat.Cli.Recovery;

/// <summary><c>xchat pin</c>: sets, checks and looks after the PIN that brings the account back.</summary>
internal static class PinCommand
{
    public static Command Create() => new("pin", "The PIN that brings your account back when every device is lost.")
    {
        Change(), Check(), Status(), Veto(), Refresh(), Delete(),
    };

    private static Command Change()
    {
        Option<string?> pin = PinOption.Create("The new PIN: 4 to 64 characters. Asked for when it is not given.");
        Option<bool> code = new("--with-code")
        {
            Description = "Put a recovery code in front: shown once, kept on paper, and needed with the PIN. Strangers cannot even try.",
        };
        Command command = new("change", "Sets a PIN, or another one. The one before opens nothing any more.") { pin, code };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            string chosen = await PinOption.ReadNewAsync(parsed.GetValue(pin), cancellationToken);
            PinReport report = await session.Client.SetPinAsync(chosen, parsed.GetValue(code), cancellationToken);
            Print(report, parsed);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Check()
    {
        Option<string?> pin = PinOption.Create("The PIN as you remember it. Asked for when it is not given.");
        Command command = new("check", "Opens the backup with the PIN, as a recovery would. A wrong PIN counts as a guess.") { pin };
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            string remembered = await PinOption.ReadAsync(parsed.GetValue(pin), "PIN: ", cancellationToken);
            PinReport report = await session.Client.CheckPinAsync(remembered, cancellationToken);
            if (!parsed.GetValue(CommonOptions.Json))
            {
                Console.WriteLine("The PIN is right.");
            }

            Print(report, parsed);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Status()
    {
        Command command = new("status", "Shows each realm: guesses left, attempts, vetoes.");
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            foreach (RealmState realm in await session.Client.RecoveryStateAsync(cancellationToken))
            {
                Console.WriteLine(parsed.GetValue(CommonOptions.Json) ? JsonLine.Of(realm) : Line(realm));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Veto()
    {
        Command command = new("veto", "Forbids attempts without a device for a week: when somebody else tries your PIN.");
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            await session.Client.VetoRecoveryAsync(cancellationToken);
            return Answer.Say(
                parsed,
                new { Type = "vetoed" },
                "For a week nobody can try a PIN without one of your devices. A right PIN from a device ends it: xchat pin check.");
        });
        return command;
    }

    private static Command Refresh()
    {
        Command command = new("refresh", "Re-shares the backup, so that stolen copies of the realms' databases are worth nothing. Happens monthly by itself.");
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            await session.Client.RefreshPinAsync(cancellationToken);
            return Answer.Say(parsed, new { Type = "refreshed" }, "The backup was re-shared. The PIN is the same.");
        });
        return command;
    }

    private static Command Delete()
    {
        Command command = new("delete", "Has the realms destroy the backup. Who loses all devices then loses the account.");
        command.SetAction(async (parsed, session, cancellationToken) =>
        {
            await session.Client.DeletePinAsync(cancellationToken);
            return Answer.Say(parsed, new { Type = "deleted" }, "The backup is gone.");
        });
        return command;
    }

    private static void Print(PinReport report, ParseResult parsed)
    {
        if (parsed.GetValue(CommonOptions.Json))
        {
            Console.WriteLine(PinLines.JsonOf(report));
            return;
        }

        PinLines.Say(report);
    }

    private static string Line(RealmState realm)
    {
        string name = TerminalText.Line(realm.Name);
        string state = !realm.Reached ? "cannot be reached"
            : realm.Destroyed ? "destroyed: the guesses were used up"
            : !realm.Registered ? "no backup"
            : string.Create(CultureInfo.InvariantCulture, $"{realm.GuessesLeft} guesses left");
        string waits = realm.VetoedUntilMs > 0 ? $", vetoed until {Show(realm.VetoedUntilMs)}"
            : realm.NextAttemptAtMs > 0 ? $", next guess without a device at {Show(realm.NextAttemptAtMs)}"
            : string.Empty;
        return $"{name}: {state}{waits}{string.Concat(realm.Attempts.Take(5).Select(Line))}";
    }

    private static string Line(PinAttemptSeen attempt)
    {
        string by = attempt.Device == Guid.Empty ? "without a device" : "by a device of yours";
        return $"{Environment.NewLine}  {Show(attempt.At.ToUnixTimeMilliseconds())}  {attempt.Outcome}, {by}";
    }

    private static string Show(long timeMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(timeMs).ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
