using System.CommandLine;
using System.Security.Cryptography;

using XChat.Cli.Output;

namespace XChat.Cli.Demo;

/// <summary><c>xchat demo</c>: a scripted conversation of two people, beside what the server has of it.</summary>
internal static class DemoCommand
{
    private const string Letters = "abcdefghjkmnpqrstvwxyz";

    public static Command Create()
    {
        Command command = new(
            "demo", "Lets two new people talk through the server, and shows what they read beside what the server has. Their accounts stay on the server.");
        command.SetAction((parsed, cancellationToken) => ProfileCommand.GuardAsync(parsed, async () =>
        {
            Uri server = parsed.GetValue(CommonOptions.Server) ?? new Uri(CommonOptions.DefaultServer);
            DirectoryInfo folder = Directory.CreateTempSubdirectory("xchat-demo-");
            try
            {
                string suffix = RandomNumberGenerator.GetString(Letters, 6);
                await using ProfileSession alice = await JoinAsync(parsed, folder, server, $"@alice_{suffix}", cancellationToken);
                await using ProfileSession bob = await JoinAsync(parsed, folder, server, $"@bob_{suffix}", cancellationToken);
                return await new ScriptedConversation(alice.Client, bob.Client, parsed).RunAsync(cancellationToken);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }));
        return command;
    }

    private static async Task<ProfileSession> JoinAsync(
        ParseResult parsed, DirectoryInfo folder, Uri server, string handle, CancellationToken cancellationToken)
    {
        ProfileSession session = await ProfileSession.OpenAsync(Path.Combine(folder.FullName, handle[1..]), server, cancellationToken);
        try
        {
            _ = await session.Client.RegisterAsync(handle, cancellationToken);
            await session.Client.ConnectAsync(cancellationToken);
            _ = Answer.Say(parsed, new { Type = "registered", Handle = handle, Server = server }, $"{handle} registered on {server}");
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }
}
