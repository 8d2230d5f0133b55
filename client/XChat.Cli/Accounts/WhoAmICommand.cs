using System.CommandLine;

using XChat.Cli.Output;
using XChat.Client.Accounts;

namespace XChat.Cli.Accounts;

/// <summary><c>xchat whoami</c>: the account and device of the profile. It asks nothing of the server.</summary>
internal static class WhoAmICommand
{
    public static Command Create()
    {
        Command command = new("whoami", "Shows the account, device and server of the profile. Works without a connection.");
        command.SetAction((parsed, session, _) =>
        {
            OwnDevice self = session.Client.RequireSelf();
            string folder = Path.GetFullPath(parsed.GetRequiredValue(CommonOptions.Profile));
            if (parsed.GetValue(CommonOptions.Json))
            {
                Console.WriteLine(JsonLine.Of(new { self.Handle, self.User, self.Device, session.Client.Server, Profile = folder }));
                return Task.FromResult(ExitCode.Done);
            }

            Console.WriteLine($"handle   {self.Handle}");
            Console.WriteLine($"user     {self.User:D}");
            Console.WriteLine($"device   {self.Device:D}");
            Console.WriteLine($"server   {session.Client.Server}");
            Console.WriteLine($"profile  {folder}");
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}
