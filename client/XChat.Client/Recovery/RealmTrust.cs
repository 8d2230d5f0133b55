using XChat.Client.Accounts;
using XChat.Client.Store;
using XChat.Crypto.Recovery;

namespace XChat.Client.Recovery;

/// <summary>
/// The realms that this profile uses. Their signed configuration is pinned when it is first seen: a later one needs the same signer and a higher
/// version, or it is refused and shown.
/// </summary>
internal sealed class RealmTrust(ProfileStore store, WarningLog warnings)
{
    private const string PinnedSetting = "realms";

    /// <summary>The pinned configuration; null when none was ever seen.</summary>
    public RealmConfiguration? Pinned =>
        store.Read(transaction => transaction.Setting<byte[]>(PinnedSetting)) is { } kept && RealmConfiguration.TryVerify(kept, out RealmConfiguration? read)
            ? read
            : null;

    /// <summary>Takes what a server offers, if it may; in any case returns what is in force.</summary>
    public RealmConfiguration? Accept(byte[]? offered)
    {
        if (offered is null)
        {
            return Pinned;
        }

        if (Judge(store.Read(transaction => transaction.Setting<byte[]>(PinnedSetting)), offered) is { } refusal)
        {
            warnings.Raise(SecurityWarningKind.RealmsChanged, Guid.Empty, Guid.Empty, refusal);
            return Pinned;
        }

        store.Write(transaction => transaction.PutSetting(PinnedSetting, offered));
        return Pinned;
    }

    /// <summary>Why an offered configuration is refused, or null. Pure.</summary>
    internal static string? Judge(byte[]? pinned, byte[] offered)
    {
        if (!RealmConfiguration.TryVerify(offered, out RealmConfiguration? next))
        {
            return "The server handed out a list of PIN realms that nobody signed. It was not used.";
        }

        if (pinned is null || !RealmConfiguration.TryVerify(pinned, out RealmConfiguration? current) || pinned.AsSpan().SequenceEqual(offered))
        {
            return null;
        }

        return !next.Signer.AsSpan().SequenceEqual(current.Signer)
            ? "The server handed out a list of PIN realms that is signed by another key than before. The realms known before are used."
            : next.Version <= current.Version
                ? "The server handed out an old list of PIN realms. The realms known before are used."
                : null;
    }
}
