using System.Security.Cryptography;

namespace XChat.Client.Store;

/// <summary>
/// The folder of one profile: <c>profile.db</c>, <c>profile.key</c> and <c>profile.lock</c>. One process at a time has it open, because two that
/// encrypt from the same state would use the same key twice.
/// </summary>
internal sealed class ProfileFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int KeyBytes = 32;

    private readonly FileStream _lock;

    private ProfileFolder(string path, FileStream held) => (Path, _lock) = (path, held);

    public string Path { get; }

    public string DatabasePath => System.IO.Path.Combine(Path, "profile.db");

    private string KeyPath => System.IO.Path.Combine(Path, "profile.key");

    public static ProfileFolder Open(string path)
    {
        string full = System.IO.Path.GetFullPath(path);
        try
        {
            if (OperatingSystem.IsWindows())
            {
                _ = Directory.CreateDirectory(full);
            }
            else
            {
                _ = Directory.CreateDirectory(full, OwnerOnly | UnixFileMode.UserExecute);
            }

            // The operating system lets go of the lock when the process ends, however it ends.
            FileStream held = new(System.IO.Path.Combine(full, "profile.lock"), NewFile(FileMode.OpenOrCreate, FileOptions.None));
            return new ProfileFolder(full, held);
        }
        catch (IOException problem) when (problem is not (DirectoryNotFoundException or PathTooLongException) && Directory.Exists(full))
        {
            throw new XChatException(
                ClientErrorReason.ProfileInUse,
                $"The profile {full} is open in another process. Close it, or use another profile folder.",
                problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new XChatException(ClientErrorReason.InvalidInput, $"The profile folder {full} cannot be used: {problem.Message}", problem);
        }
    }

    /// <summary>The key of the store. It is made with the store; a store without its key is lost.</summary>
    public byte[] ReadOrCreateKey()
    {
        if (File.Exists(KeyPath))
        {
            byte[] key = File.ReadAllBytes(KeyPath);
            return key.Length == KeyBytes
                ? key
                : throw new XChatException(ClientErrorReason.ProfileDamaged, $"{KeyPath} is not a profile key: restore it from where it was copied.");
        }

        if (File.Exists(DatabasePath))
        {
            throw new XChatException(
                ClientErrorReason.ProfileDamaged, $"{KeyPath} is missing, and without it {DatabasePath} cannot be read. Put both back together.");
        }

        return CreateKey();
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>Written aside and renamed, so that a crash leaves no half key.</summary>
    private byte[] CreateKey()
    {
        byte[] key = RandomNumberGenerator.GetBytes(KeyBytes);
        string aside = KeyPath + ".new";
        using (FileStream file = new(aside, NewFile(FileMode.Create, FileOptions.WriteThrough)))
        {
            file.Write(key);
            file.Flush(flushToDisk: true);
        }

        File.Move(aside, KeyPath);
        return key;
    }

    private static FileStreamOptions NewFile(FileMode mode, FileOptions options)
    {
        FileStreamOptions file = new() { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = options };
        if (!OperatingSystem.IsWindows())
        {
            file.UnixCreateMode = OwnerOnly;
        }

        return file;
    }
}
