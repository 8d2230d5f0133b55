using System.CommandLine;

using XChat.Admin.Audit;
using XChat.Admin.Database;
using XChat.Admin.Doctor;
using XChat.Admin.Reports;
using XChat.Admin.Wallets;

namespace XChat.Admin;

/// <summary>
/// The commands of the operator's tool. Each domain has its own in a folder beside this file, and one line here. Whoever can run it holds the
/// database's password, and with that is an operator; the audit says who did what, not who may.
/// </summary>
internal static class AdminCommandLine
{
    public static RootCommand Create()
    {
        AdminFlags flags = new();
        RootCommand root = new(
            """
            Operates an XChat server: reads its books and acts on its users. Whatever acts is audited, under the name of the operator.
            Exit code: 0 done; 1 it could not be run (a bad argument, no database, no silo); 2 refused by a rule, or a check found something.
            """);
        flags.AddTo(root);
        root.Subcommands.Add(AuditCommands.Create(flags));
        root.Subcommands.Add(LedgerCommands.Create(flags));
        root.Subcommands.Add(RailCommands.Create(flags));
        root.Subcommands.Add(DoctorCommand.Create(flags));
        root.Subcommands.Add(MigrateCommand.Create(flags));
        root.Subcommands.Add(HolderCommands.Create(flags));
        root.Subcommands.Add(LimitCommands.Create(flags));
        root.Subcommands.Add(WalletCommands.Create(flags));
        root.Subcommands.Add(CaseCommands.Create(flags));
        root.Subcommands.Add(DisputeCommands.Create(flags));
        root.Subcommands.Add(SafeguardingCommands.Create(flags));
        root.Subcommands.Add(RetentionCommands.Create(flags));
        root.Subcommands.Add(RetentionCommands.CreateHold(flags));
        root.Subcommands.Add(ReportCommands.Create(flags));
        return root;
    }
}
