using System.CommandLine;
using System.Globalization;

using XChat.Protocol.Accounts;
using XChat.Storage.Wallets.Reports;

namespace XChat.Admin.Wallets;

/// <summary><c>xchat-admin retention</c> and <c>hold</c>: how long records about money are kept, and whose are kept for longer.</summary>
internal static class RetentionCommands
{
    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public static Command Create(AdminFlags flags)
    {
        Command retention = new("retention", "How long records about money and reported messages are kept.");
        Command show = new("show", "Shows the classes of records and how many are due to be removed.");
        flags.Run(show, async (_, session, cancellationToken) =>
        {
            Write(session.Output, await new RecordRetention(session.Database).FindDueAsync(Now, cancellationToken), "due");
            return AdminExit.Done;
        });
        retention.Subcommands.Add(show);
        Option<string> reason = OperatorActions.Reason();
        Command remove = new("remove", "Removes the records that are due and under no legal hold.") { reason };
        flags.Run(remove, async (parsed, session, cancellationToken) => await session.ActAsync(
            "retention.remove", "records", string.Empty, parsed.GetRequiredValue(reason),
            async () =>
            {
                IReadOnlyList<RetentionDue> removed = await new RecordRetention(session.Database).RemoveDueAsync(Now, cancellationToken);
                string line = string.Join(", ", removed.Select(kept => string.Create(CultureInfo.InvariantCulture, $"{kept.Due} {kept.Name}")));
                return new ActionOutcome(true, removed, $"removed {line}");
            },
            cancellationToken));
        retention.Subcommands.Add(remove);
        return retention;
    }

    public static Command CreateHold(AdminFlags flags)
    {
        Command hold = new("hold", "Legal holds: whose records are not removed, whatever their age.");
        hold.Subcommands.Add(CreatePlace(flags));
        hold.Subcommands.Add(CreateLift(flags));
        Command list = new("list", "Lists the holds in force.");
        flags.Run(list, async (_, session, cancellationToken) =>
        {
            session.Output.List(
                [.. (await new LegalHolds(session.Database).ListAsync(cancellationToken)).Select(HoldLine.Of)],
                "No hold is in force.",
                ["hold", "person", "since", "reason"],
                line => [line.Hold.ToString("D"), line.User.ToString("D"), line.Since, line.Reason]);
            return AdminExit.Done;
        });
        hold.Subcommands.Add(list);
        return hold;
    }

    private static Command CreatePlace(AdminFlags flags)
    {
        Argument<string> person = UserArgument.Create();
        Option<string> reason = OperatorActions.Reason();
        Command place = new("place", "Keeps all records in which a person takes part.") { person, reason };
        flags.Run(place, async (parsed, session, cancellationToken) =>
        {
            UserId user = await UserArgument.FindAsync(session, parsed.GetRequiredValue(person), cancellationToken);
            LegalHold hold = new(Guid.CreateVersion7(Now), user, parsed.GetRequiredValue(reason), Now);
            return await session.ActAsync(
                "hold.place", user.Value.ToString("D"), $"hold {hold.Hold:D}", hold.Reason,
                async () =>
                {
                    await new LegalHolds(session.Database).PlaceAsync(hold, cancellationToken);
                    return new ActionOutcome(true, HoldLine.Of(hold), $"hold {hold.Hold:D} is in force");
                },
                cancellationToken);
        });
        return place;
    }

    private static Command CreateLift(AdminFlags flags)
    {
        Argument<Guid> id = new("hold") { Description = "The hold, as the list names it.", HelpName = "HOLD" };
        Option<string> reason = OperatorActions.Reason();
        Command lift = new("lift", "Ends a hold.") { id, reason };
        flags.Run(lift, async (parsed, session, cancellationToken) =>
        {
            Guid hold = parsed.GetRequiredValue(id);
            return await session.ActAsync(
                "hold.lift", hold.ToString("D"), string.Empty, parsed.GetRequiredValue(reason),
                async () =>
                {
                    bool lifted = await new LegalHolds(session.Database).LiftAsync(hold, Now, cancellationToken);
                    return new ActionOutcome(
                        lifted, new { Hold = hold, Lifted = lifted }, lifted ? $"hold {hold:D} is lifted" : "NotFound: no such hold is in force");
                },
                cancellationToken);
        });
        return lift;
    }

    private static void Write(AdminOutput output, IReadOnlyList<RetentionDue> classes, string head) => output.List(
        classes,
        string.Empty,
        ["class", "years", head, "records"],
        kept => [kept.Name, kept.Years.ToString(CultureInfo.InvariantCulture), kept.Due.ToString(CultureInfo.InvariantCulture), kept.Records]);

    private sealed record HoldLine(Guid Hold, Guid User, string Since, string Reason)
    {
        public static HoldLine Of(LegalHold hold) => new(
            hold.Hold, hold.User.Value, hold.PlacedAt.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), hold.Reason);
    }
}
