using System.Diagnostics.CodeAnalysis;

namespace XChat.GrainInterfaces.Recovery;

/// <summary>Typed references to the grains of this domain.</summary>
public static class RecoveryGrainFactoryExtensions
{
    /// <summary>A realm's part of an account's recovery, for guesses.</summary>
    public static IRecoveryGrain Recovery(this IGrainFactory factory, RecoveryKey key) => factory.GetGrain<IRecoveryGrain>(key.ToString());

    /// <summary>A realm's part of an account's recovery, for the account's devices.</summary>
    public static IRecoveryUpkeepGrain RecoveryUpkeep(this IGrainFactory factory, RecoveryKey key) =>
        factory.GetGrain<IRecoveryUpkeepGrain>(key.ToString());
}

/// <summary>Names a record: a realm, and the account's key, so that nobody can register in another's name.</summary>
public sealed record RecoveryKey(Guid Realm, byte[] AccountKey)
{
    private const int AccountKeyBytes = 32;

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">It is something else: a bug.</exception>
    public static RecoveryKey Parse(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Split('/') is [var realm, var account] && Guid.TryParseExact(realm, "N", out Guid id) && account.Length == 2 * AccountKeyBytes
            ? new RecoveryKey(id, Convert.FromHexString(account))
            : throw new FormatException($"'{key}' names no recovery record.");
    }

    /// <summary>The grain's key.</summary>
    [SuppressMessage("Globalization", "CA1305", Justification = "A UUID has no culture.")]
    public override string ToString() => $"{Realm:N}/{Convert.ToHexStringLower(AccountKey)}";
}
