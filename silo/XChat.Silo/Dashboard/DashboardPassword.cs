using System.Security.Cryptography;
using System.Text;

namespace XChat.Silo.Dashboard;

/// <summary>What an administrator has to know. Only its hash is kept in memory.</summary>
internal sealed class DashboardPassword
{
    /// <summary>So long that guessing is hopeless however fast it is tried.</summary>
    public const int Least = 24;

    private readonly byte[] _hash;

    private DashboardPassword(byte[] hash) => _hash = hash;

    /// <exception cref="InvalidDataException">The file holds no password that is long enough.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static DashboardPassword Read(string file)
    {
        string password = File.ReadAllText(file).Trim();
        return password.Length >= Least
            ? new DashboardPassword(Hash(password))
            : throw new InvalidDataException(
                $"{AdminDashboard.PasswordFileKey} names {file}, which holds fewer than {Least} characters: the dashboard would be open to whoever guesses. "
                + "Make a password with: openssl rand -hex 24");
    }

    /// <summary>Takes as long for a wrong one as for the right one.</summary>
    public bool Matches(string given) => CryptographicOperations.FixedTimeEquals(Hash(given), _hash);

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
