using XChat.Protocol.Accounts;

namespace XChat.Grains.Wallets.Holders;

/// <summary>
/// What operators have said about a person who holds wallets. Empty texts stand for the default of the rules; version 0 for somebody about whom nothing
/// was said yet.
/// </summary>
/// <param name="User">Who.</param>
/// <param name="Jurisdiction">Whose law applies, by its code in the rules.</param>
/// <param name="Tier">How well the person is known, by its name in the rules.</param>
/// <param name="Blocked">Pays and gets nothing, in any currency.</param>
/// <param name="Version">Grows with each change. What was decided on an older one is not committed.</param>
public sealed record StoredHolder(UserId User, string Jurisdiction, string Tier, bool Blocked, long Version)
{
    public static StoredHolder Unknown(UserId user) => new(user, string.Empty, string.Empty, Blocked: false, 0);
}

/// <summary>The version on which something was decided.</summary>
public readonly record struct HolderVersion(UserId User, long Version);
