using System.Security.Cryptography;

using XChat.Crypto.Recovery;

namespace XChat.Silo;

/// <summary>
/// The file with a secret of 32 bytes, in hexadecimal, that only its owner may read: the seed of a realm's keys, or of the key that signs realm
/// configurations. It belongs on another disk than the realm's database.
/// </summary>
public static class RealmKeyFile
{
    /// <summary>The keys of a realm.</summary>
    /// <exception cref="InvalidDataException">The file holds something else; the text names the remedy.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static RealmKeys ReadKeys(string path)
    {
        byte[] seed = ReadSeed(path);
        RealmKeys keys = RealmKeys.FromSeed(seed);
        CryptographicOperations.ZeroMemory(seed);
        return keys;
    }

    /// <summary>The secret of a file; a missing file is made with a new one. The caller erases it.</summary>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    public static byte[] ReadOrCreateSeed(string path)
    {
        if (!File.Exists(path))
        {
            Create(path);
        }

        return ReadSeed(path);
    }

    private static byte[] ReadSeed(string path)
    {
        string text = File.ReadAllText(path).Trim();
        return text.Length == 2 * RealmKeys.SeedSize && text.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(text)
            : throw new InvalidDataException(
                $"{path} is no key file: it holds {2 * RealmKeys.SeedSize} hexadecimal digits. Restore it from a backup; a new one opens none of the records.");
    }

    /// <summary>Complete under its name or not there: a crash in between leaves no half key.</summary>
    private static void Create(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        string unfinished = path + ".new";
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (StreamWriter writer = new(unfinished, options))
        {
            writer.Write(RandomNumberGenerator.GetHexString(2 * RealmKeys.SeedSize, lowercase: true));
            writer.Flush();
            ((FileStream)writer.BaseStream).Flush(flushToDisk: true);
        }

        File.Move(unfinished, path);
    }
}
