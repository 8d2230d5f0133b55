using System.Security.Cryptography;

using XChat.Client.Accounts;
using XChat.Crypto.Transparency;

namespace XChat.Client.Transparency;

/// <summary>What is believed of the key log. Pure.</summary>
internal static class LogRules
{
    /// <summary>A head this much older than this device's clock tells nothing about now.</summary>
    public static readonly TimeSpan OldestHead = TimeSpan.FromDays(1);

    /// <summary>Holds a head, whose signature was verified, against the one that is known.</summary>
    public static HeadVerdict Judge(LogHead? known, LogHead now, IReadOnlyList<byte[]> consistency, long nowMs)
    {
        if (nowMs - now.TimeMs > OldestHead.TotalMilliseconds)
        {
            return HeadVerdict.Stale;
        }

        if (known is null)
        {
            return HeadVerdict.Accepted;
        }

        if (now.Size < known.Size || now.TimeMs < known.TimeMs)
        {
            return HeadVerdict.RolledBack;
        }

        return Continues(known, now, consistency) ? HeadVerdict.Accepted : HeadVerdict.Forked;
    }

    /// <summary>Whether a log contains the one of an earlier head; of two heads of one size, whether they are the same.</summary>
    public static bool Continues(LogHead earlier, LogHead later, IReadOnlyList<byte[]> consistency) => earlier.Size == later.Size
        ? earlier.SameLog(later)
        : MerkleProof.VerifyConsistency(earlier.Size, later.Size, earlier.LogRoot, later.LogRoot, consistency);

    /// <summary>Holds what the log says about a handle against what the server says about it.</summary>
    public static StatementVerdict Judge(AccountStatement statement, StoredPerson person)
    {
        if (statement.User != person.User || !statement.AccountKey.AsSpan().SequenceEqual(person.AccountKey))
        {
            return StatementVerdict.OtherAccount;
        }

        return statement.Version > person.ListVersion ? StatementVerdict.Newer
            : statement.Version < person.ListVersion ? StatementVerdict.NotLogged
            : statement.DeviceListHash.AsSpan().SequenceEqual(SHA256.HashData(person.SignedList)) ? StatementVerdict.Same
            : StatementVerdict.OtherList;
    }
}

/// <summary>Whether a head can follow the one that is known.</summary>
internal enum HeadVerdict
{
    /// <summary>It continues it.</summary>
    Accepted = 1,

    /// <summary>It is of an earlier log.</summary>
    RolledBack = 2,

    /// <summary>It is of another log.</summary>
    Forked = 3,

    /// <summary>It is too old to say anything about now.</summary>
    Stale = 4,
}

/// <summary>Whether the log says of a person what the server says.</summary>
internal enum StatementVerdict
{
    /// <summary>It does.</summary>
    Same = 1,

    /// <summary>It knows a later device list.</summary>
    Newer = 2,

    /// <summary>It does not know this device list.</summary>
    NotLogged = 3,

    /// <summary>It knows another device list of this version.</summary>
    OtherList = 4,

    /// <summary>It knows another account or account key under the handle.</summary>
    OtherAccount = 5,
}
