using System.CommandLine;
using System.Globalization;

using XChat.GrainInterfaces.Wallets;
using XChat.Protocol.Accounts;

namespace XChat.Admin.Wallets;

/// <summary><c>xchat-admin holder</c>: what the server says about people who hold wallets.</summary>
internal static class HolderCommands
{
    public static Command Create(AdminFlags flags)
    {
        Command holder = new("holder", "What is said about people who hold wallets: jurisdiction, tier, whether they are blocked.");
        holder.Subcommands.Add(CreateShow(flags));
        holder.Subcommands.Add(CreateSetTier(flags));
        holder.Subcommands.Add(CreateSetJurisdiction(flags));
        holder.Subcommands.Add(CreateBlock(flags, "block", "Keeps a person from paying and from being paid, in every currency.", blocked: true));
        holder.Subcommands.Add(CreateBlock(flags, "unblock", "Takes a block off again.", blocked: false));
        return holder;
    }

    private static Command CreateShow(AdminFlags flags)
    {
        Argument<string> person = UserArgument.Create();
        Command show = new("show", "Shows what is said about a person, and what follows.") { person };
        flags.Run(show, async (parsed, session, cancellationToken) =>
        {
            UserId user = await UserArgument.FindAsync(session, parsed.GetRequiredValue(person), cancellationToken);
            HolderDescribed found = await (await session.ConnectAsync(cancellationToken)).Holder(user).Describe(new DescribeHolder([]));
            session.Output.Say(
                new
                {
                    User = user.Value, found.Jurisdiction, found.Tier, found.Known, found.PaymentsOn, found.Blocked, found.Features, found.Version,
                },
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"""
                    user          {user.Value:D}
                    jurisdiction  {found.Jurisdiction}{(found.PaymentsOn ? string.Empty : " (no payments there)")}
                    tier          {found.Tier}{(found.Known ? string.Empty : " (the rules have no such tier: nothing is allowed)")}
                    blocked       {(found.Blocked ? "yes" : "no")}
                    features      {(found.Features.Count == 0 ? "none" : string.Join(", ", found.Features))}
                    version       {found.Version}
                    """));
            return AdminExit.Done;
        });
        return show;
    }

    private static Command CreateSetTier(AdminFlags flags)
    {
        Argument<string> person = UserArgument.Create();
        Argument<string> tier = new("tier") { Description = "A tier of the person's jurisdiction.", HelpName = "TIER" };
        Option<string> reason = OperatorActions.Reason();
        Command set = new("set-tier", "Says how well a person is known.") { person, tier, reason };
        flags.Run(set, async (parsed, session, cancellationToken) =>
        {
            UserId user = await UserArgument.FindAsync(session, parsed.GetRequiredValue(person), cancellationToken);
            string name = parsed.GetRequiredValue(tier);
            return await session.ActAsync(
                "holder.set-tier", user.Value.ToString("D"), $"tier {name}", parsed.GetRequiredValue(reason),
                cluster => AssignAsync(cluster, user, new AssignHolder(null, name, null)), cancellationToken);
        });
        return set;
    }

    private static Command CreateSetJurisdiction(AdminFlags flags)
    {
        Argument<string> person = UserArgument.Create();
        Argument<string> jurisdiction = new("jurisdiction") { Description = "A jurisdiction of the rules.", HelpName = "CODE" };
        Option<string?> tier = new("--tier") { Description = "A tier there; without it the person begins with its default.", HelpName = "TIER" };
        Option<string> reason = OperatorActions.Reason();
        Command set = new("set-jurisdiction", "Says whose law applies to a person.") { person, jurisdiction, tier, reason };
        flags.Run(set, async (parsed, session, cancellationToken) =>
        {
            UserId user = await UserArgument.FindAsync(session, parsed.GetRequiredValue(person), cancellationToken);
            (string code, string? name) = (parsed.GetRequiredValue(jurisdiction), parsed.GetValue(tier));
            return await session.ActAsync(
                "holder.set-jurisdiction", user.Value.ToString("D"), $"jurisdiction {code}, tier {name ?? "default"}", parsed.GetRequiredValue(reason),
                cluster => AssignAsync(cluster, user, new AssignHolder(code, name, null)), cancellationToken);
        });
        return set;
    }

    private static Command CreateBlock(AdminFlags flags, string name, string description, bool blocked)
    {
        Argument<string> person = UserArgument.Create();
        Option<string> reason = OperatorActions.Reason();
        Command block = new(name, description) { person, reason };
        flags.Run(block, async (parsed, session, cancellationToken) =>
        {
            UserId user = await UserArgument.FindAsync(session, parsed.GetRequiredValue(person), cancellationToken);
            return await session.ActAsync(
                $"holder.{name}", user.Value.ToString("D"), string.Empty, parsed.GetRequiredValue(reason),
                cluster => AssignAsync(cluster, user, new AssignHolder(null, null, blocked)), cancellationToken);
        });
        return block;
    }

    private static async Task<ActionOutcome> AssignAsync(IClusterClient cluster, UserId user, AssignHolder request)
    {
        HolderAssigned assigned = await cluster.Holder(user).Assign(request);
        string line = assigned.Status switch
        {
            HolderStatus.Accepted => string.Create(
                CultureInfo.InvariantCulture,
                $"{user.Value:D}: {assigned.Jurisdiction}, tier {assigned.Tier}, {(assigned.Blocked ? "blocked" : "not blocked")}, version {assigned.Version}"),
            HolderStatus.JurisdictionUnknown => $"{assigned.Status}: the rules have no such jurisdiction",
            HolderStatus.TierUnknown => $"{assigned.Status}: jurisdiction {request.Jurisdiction ?? assigned.Jurisdiction} has no such tier",
            _ => $"{assigned.Status}: nothing was changed",
        };
        return new ActionOutcome(
            assigned.Status == HolderStatus.Accepted,
            new { User = user.Value, Status = assigned.Status.ToString(), assigned.Jurisdiction, assigned.Tier, assigned.Blocked, assigned.Version },
            line);
    }
}
