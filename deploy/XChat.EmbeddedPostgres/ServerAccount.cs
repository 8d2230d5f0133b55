using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace XChat.EmbeddedPostgres;

/// <summary>Who the server runs as: ourselves, or an unprivileged account when we are root, since PostgreSQL refuses root.</summary>
internal sealed partial class ServerAccount
{
    private static readonly string[] Candidates = ["postgres", "nobody"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly uint _user;
    private readonly uint _group;

    private ServerAccount(string? name, uint user, uint group)
    {
        Name = name;
        _user = user;
        _group = group;
    }

    /// <summary>Null when it is the account of this process.</summary>
    public string? Name { get; }

    public static ServerAccount Choose()
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
        {
            return new ServerAccount(null, 0, 0);
        }

        string[][] accounts = [.. File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(fields => fields.Length > 3)];
        string[] chosen = Candidates.Select(name => Array.Find(accounts, fields => fields[0] == name)).OfType<string[]>().FirstOrDefault()
            ?? throw new EmbeddedPostgresException(
                "PostgreSQL does not run as root, and there is no account named postgres or nobody to run it as. "
                + "Create one (useradd --system postgres), start XChat as a user, or name a server with --postgres.");
        return new ServerAccount(
            chosen[0], uint.Parse(chosen[2], CultureInfo.InvariantCulture), uint.Parse(chosen[3], CultureInfo.InvariantCulture));
    }

    /// <summary>Runs one of PostgreSQL's programs to its end as this account.</summary>
    public Task<ProgramOutput> RunAsync(string program, string folder, params IEnumerable<string> arguments) =>
        ProgramOutput.OfAsync(StartInfo(program, folder, arguments), Patience);

    public ProcessStartInfo StartInfo(string program, string folder, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (Name is not null)
        {
            start.UserName = Name;
        }

        return start;
    }

    /// <summary>Whether the account can get to a folder: each one above it has to let it pass.</summary>
    public async Task<bool> CanReachAsync(string folder) =>
        Name is null || (await RunAsync("/usr/bin/test", "/", "-x", folder)).ExitCode == 0;

    /// <summary>Whether a file or folder belongs to the account.</summary>
    public async Task<bool> OwnsAsync(string path) =>
        OperatingSystem.IsWindows() || (await RunAsync("/usr/bin/test", "/", "-O", path)).ExitCode == 0;

    /// <summary>Gives a file or folder of ours to the account, for it alone.</summary>
    public void Own(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.SetUnixFileMode(path, Directory.Exists(path) ? OwnerFile | UnixFileMode.UserExecute : OwnerFile);
        if (Name is not null && ChangeOwner(path, _user, _group) != 0)
        {
            throw new EmbeddedPostgresException(
                $"{path} cannot be given to the account {Name}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }
    }

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);
}
