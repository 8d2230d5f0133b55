using System.CommandLine;

using XChat.Storage;
using XChat.Storage.Migrations;

namespace XChat.Admin.Database;

/// <summary><c>xchat-admin migrate</c>: brings the schema forward without a silo, before an upgrade.</summary>
internal static class MigrateCommand
{
    public static Command Create(AdminFlags flags)
    {
        Command migrate = new(
            "migrate", "Applies the migrations of this version that the database lacks. A second run does nothing; running silos go on working.");
        flags.Run(migrate, async (_, session, cancellationToken) =>
        {
            try
            {
                await DatabaseRequirements.CheckAsync(session.Database, cancellationToken);
                int applied = await new MigrationRunner(session.Database).ApplyAsync(cancellationToken);
                session.Output.Say(new { applied }, applied == 0 ? "Nothing to do: all migrations are applied." : $"{applied} migrations were applied.");
                return AdminExit.Done;
            }
            catch (Exception problem) when (problem is DatabaseRequirementException or MigrationException)
            {
                throw new AdminException(problem.Message);
            }
        });
        return migrate;
    }
}
